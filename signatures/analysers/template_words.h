/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_WORDS_H
#define EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_WORDS_H

/* Words that lead out of a template, with what must stand around them, and in which marks.  In the
 * order of strcmp(): `template_words` and `template_rules` are two columns of one table. */

#include "template_expression.h"

enum template_rule {
	ANY,         /* the word is enough */
	APP,         /* app.request.server */
	CALL,        /* called */
	CODE,        /* Code.eval_string */
	ENVIRONMENT, /* ENV.to_h */
	HANDLER,     /* handler.settings */
	PIPE,        /* lookup('pipe', ...) */
	QUESTION,    /* ?interpret */
	QUOTED,      /* getMethod("...") */
	RAILS,       /* Rails.application.credentials */
	READ,        /* readFile "/etc/passwd" */
	SIGNER,      /* .signer.key */
	FREE,        /* called, and no member of anything */
	MEMBER,      /* a member of it is reached */
	DOTTED,      /* it is a member of something */
	FILTER,      /* |word( */
	CONFIG,      /* all of it, or its secrets */
	CONSTRUCTOR, /* but for .constructor.name */
	INSPECT,     /* class.inspect( */
	JAVA,        /* java.lang., java.io.File */
	NEW,         /* new java..., new Function( */
	OS,          /* os.popen */
	PATH,        /* include("/etc/passwd") */
	PROCESS,     /* root.process, global.process */
	RUBYIO,      /* File.open, IO.popen */
	SELF,        /* all of it, or its module and context */
	SETTINGS,    /* settings.SECRET_KEY */
	SYSTEM,      /* system("id"), system 'id' */
	TYPE,        /* T(java.lang.Runtime) */
};

static const char *const template_words[] = {
	"_context",
	"_memberaccess",
	"_self",
	"_templatereference__context",
	"api",
	"app",
	"applicationscope",
	"attr",
	"binding",
	"child_process",
	"class_eval",
	"classloader",
	"code",
	"config",
	"const_get",
	"constructor",
	"cookie_secret",
	"current_app",
	"cycler",
	"databases",
	"defineclass",
	"dir",
	"dump",
	"env",
	"environ",
	"eval",
	"eval_string",
	"exec",
	"facescontext",
	"file",
	"file_excerpt",
	"file_get_contents",
	"forname",
	"freemarker",
	"get_admin_log",
	"getclass",
	"getclassloader",
	"getdeclaredconstructor",
	"getdeclaredconstructors",
	"getdeclaredfield",
	"getdeclaredfields",
	"getdeclaredmethod",
	"getdeclaredmethods",
	"getenginebyname",
	"getmethod",
	"getmethods",
	"getprotectiondomain",
	"getresource",
	"getruntime",
	"getservletcontext",
	"global_variables",
	"handler",
	"importlib",
	"include",
	"initparam",
	"inspect",
	"instance_eval",
	"instance_exec",
	"instance_variable_get",
	"instance_variable_set",
	"instance_variables",
	"interpret",
	"io",
	"java",
	"javax",
	"joiner",
	"kernel",
	"lipsum",
	"loadclass",
	"local_variables",
	"lookup",
	"mainmodule",
	"module_eval",
	"new",
	"newinstance",
	"objectspace",
	"opensymphony",
	"os",
	"pagecontext",
	"passthru",
	"phpinfo",
	"popen",
	"proc_open",
	"process",
	"processbuilder",
	"protectiondomain",
	"public_send",
	"query",
	"rails",
	"readdir",
	"readfile",
	"registerundefinedfiltercallback",
	"requestscope",
	"require",
	"scriptengine",
	"scriptenginemanager",
	"secret_key",
	"self",
	"sessionscope",
	"setaccessible",
	"setdeclaredconstructors",
	"shell_exec",
	"signer",
	"source",
	"springmacrorequestcontext",
	"subprocess",
	"system",
	"t",
	"urlclassloader",
};

static const struct {
	uint8_t rule, marks;
} template_rules[] = {
	{ ANY, DOUBLE },                     /* _context */
	{ ANY, EVERY },                      /* _memberaccess */
	{ ANY, DOUBLE },                     /* _self */
	{ ANY, DOUBLE },                     /* _templatereference__context */
	{ QUESTION, EL },                    /* api */
	{ APP, DOUBLE },                     /* app */
	{ ANY, EL },                         /* applicationscope */
	{ FILTER, DOUBLE },                  /* attr */
	{ FREE, DOUBLE | EL | RUBY },        /* binding */
	{ ANY, DOUBLE | EL | RUBY },         /* child_process */
	{ ANY, RUBY },                       /* class_eval */
	{ ANY, EVERY },                      /* classloader */
	{ CODE, RUBY },                      /* code */
	{ CONFIG, DOUBLE },                  /* config */
	{ ANY, RUBY },                       /* const_get */
	{ CONSTRUCTOR, DOUBLE | EL | RUBY }, /* constructor */
	{ ANY, DOUBLE },                     /* cookie_secret */
	{ APP, DOUBLE },                     /* current_app */
	{ MEMBER, DOUBLE },                  /* cycler */
	{ SETTINGS, DOUBLE },                /* databases */
	{ ANY, EVERY },                      /* defineclass */
	{ RUBYIO, RUBY },                    /* dir */
	{ FREE, DOUBLE },                    /* dump */
	{ ENVIRONMENT, RUBY },               /* env */
	{ DOTTED, DOUBLE },                  /* environ */
	{ FREE, DOUBLE | EL | RUBY },        /* eval */
	{ ANY, RUBY },                       /* eval_string */
	{ FREE, DOUBLE | EL | RUBY },        /* exec */
	{ ANY, EL },                         /* facescontext */
	{ RUBYIO, RUBY },                    /* file */
	{ ANY, DOUBLE },                     /* file_excerpt */
	{ FREE, DOUBLE | EL | RUBY },        /* file_get_contents */
	{ CALL, EVERY },                     /* forname */
	{ ANY, DOUBLE | EL | RUBY },         /* freemarker */
	{ ANY, DOUBLE },                     /* get_admin_log */
	{ CALL, EVERY },                     /* getclass */
	{ ANY, EVERY },                      /* getclassloader */
	{ ANY, EVERY },                      /* getdeclaredconstructor */
	{ ANY, EVERY },                      /* getdeclaredconstructors */
	{ ANY, EVERY },                      /* getdeclaredfield */
	{ ANY, EVERY },                      /* getdeclaredfields */
	{ ANY, EVERY },                      /* getdeclaredmethod */
	{ ANY, EVERY },                      /* getdeclaredmethods */
	{ ANY, EVERY },                      /* getenginebyname */
	{ QUOTED, EVERY },                   /* getmethod */
	{ CALL, EVERY },                     /* getmethods */
	{ ANY, EVERY },                      /* getprotectiondomain */
	{ CALL, EVERY },                     /* getresource */
	{ ANY, EVERY },                      /* getruntime */
	{ ANY, EVERY },                      /* getservletcontext */
	{ ANY, RUBY },                       /* global_variables */
	{ HANDLER, DOUBLE },                 /* handler */
	{ ANY, DOUBLE | EL | RUBY },         /* importlib */
	{ PATH, DOUBLE | RUBY },             /* include */
	{ ANY, EL },                         /* initparam */
	{ INSPECT, EVERY },                  /* inspect */
	{ ANY, RUBY },                       /* instance_eval */
	{ ANY, RUBY },                       /* instance_exec */
	{ ANY, RUBY },                       /* instance_variable_get */
	{ ANY, RUBY },                       /* instance_variable_set */
	{ ANY, RUBY },                       /* instance_variables */
	{ QUESTION, EL },                    /* interpret */
	{ RUBYIO, RUBY },                    /* io */
	{ JAVA, EVERY },                     /* java */
	{ JAVA, EVERY },                     /* javax */
	{ MEMBER, DOUBLE },                  /* joiner */
	{ RUBYIO, RUBY },                    /* kernel */
	{ MEMBER, DOUBLE },                  /* lipsum */
	{ ANY, EVERY },                      /* loadclass */
	{ ANY, RUBY },                       /* local_variables */
	{ PIPE, DOUBLE },                    /* lookup */
	{ ANY, DOUBLE | EL | RUBY },         /* mainmodule */
	{ ANY, RUBY },                       /* module_eval */
	{ NEW, DOUBLE | EL | RUBY },         /* new */
	{ CALL, EVERY },                     /* newinstance */
	{ ANY, RUBY },                       /* objectspace */
	{ ANY, EVERY },                      /* opensymphony */
	{ OS, DOUBLE | EL | RUBY },          /* os */
	{ ANY, EL },                         /* pagecontext */
	{ CALL, DOUBLE | EL | RUBY },        /* passthru */
	{ CALL, DOUBLE | EL | RUBY },        /* phpinfo */
	{ CALL, DOUBLE | EL | RUBY },        /* popen */
	{ CALL, DOUBLE | EL | RUBY },        /* proc_open */
	{ PROCESS, DOUBLE | EL | RUBY },     /* process */
	{ ANY, EVERY },                      /* processbuilder */
	{ ANY, EVERY },                      /* protectiondomain */
	{ ANY, RUBY },                       /* public_send */
	{ PIPE, DOUBLE },                    /* query */
	{ RAILS, RUBY },                     /* rails */
	{ READ, DOUBLE },                    /* readdir */
	{ READ, DOUBLE },                    /* readfile */
	{ ANY, DOUBLE },                     /* registerundefinedfiltercallback */
	{ ANY, EL },                         /* requestscope */
	{ SYSTEM, DOUBLE | RUBY },           /* require */
	{ ANY, EVERY },                      /* scriptengine */
	{ ANY, EVERY },                      /* scriptenginemanager */
	{ SETTINGS, DOUBLE },                /* secret_key */
	{ SELF, DOUBLE | EL },               /* self */
	{ ANY, EL },                         /* sessionscope */
	{ ANY, EVERY },                      /* setaccessible */
	{ ANY, EVERY },                      /* setdeclaredconstructors */
	{ CALL, DOUBLE | EL | RUBY },        /* shell_exec */
	{ SIGNER, DOUBLE },                  /* signer */
	{ PATH, DOUBLE },                    /* source */
	{ ANY, EL },                         /* springmacrorequestcontext */
	{ ANY, DOUBLE | EL },                /* subprocess */
	{ SYSTEM, DOUBLE | EL | RUBY },      /* system */
	{ TYPE, DOUBLE | EL },               /* t */
	{ ANY, EVERY },                      /* urlclassloader */
};

#endif
