/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_WORDS_H
#define EVENTWALL_SIGNATURES_ANALYSERS_TEMPLATE_WORDS_H

/* Words that lead out of a template, with what must stand around them, and in which marks.  In the order of
 * strcmp(): `template_words` and `template_rules` are two columns of one table. */

#include "template_expression.h"

enum template_rule {
	ANY,         /* the word is enough */
	CALL,        /* called */
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
	"_context", "_memberaccess", "_self", "applicationscope", "attr", "binding",
	"child_process", "classloader", "config", "constructor", "cycler", "dir", "dump", "environ",
	"eval", "exec", "facescontext", "file", "file_excerpt", "file_get_contents", "forname",
	"freemarker", "get_admin_log", "getclass", "getclassloader", "getdeclaredconstructors",
	"getdeclaredmethods", "getenginebyname", "getprotectiondomain", "getresource", "getruntime",
	"getservletcontext", "importlib", "include", "initparam", "inspect", "io", "java", "javax",
	"joiner", "kernel", "lipsum", "mainmodule", "new", "newinstance", "objectspace",
	"opensymphony", "os", "pagecontext", "passthru", "phpinfo", "popen", "proc_open", "process",
	"processbuilder", "registerundefinedfiltercallback", "requestscope", "require",
	"scriptengine", "scriptenginemanager", "secret_key", "self", "sessionscope", "shell_exec",
	"source", "springmacrorequestcontext", "subprocess", "system", "t", "urlclassloader",
};

static const struct {
	uint8_t rule, marks;
} template_rules[] = {
	{ ANY, DOUBLE },                     /* _context */
	{ ANY, EVERY },                      /* _memberaccess */
	{ ANY, DOUBLE },                     /* _self */
	{ ANY, EL },                         /* applicationscope */
	{ FILTER, DOUBLE },                  /* attr */
	{ FREE, DOUBLE | EL | RUBY },        /* binding */
	{ ANY, DOUBLE | EL | RUBY },         /* child_process */
	{ ANY, EVERY },                      /* classloader */
	{ CONFIG, DOUBLE },                  /* config */
	{ CONSTRUCTOR, DOUBLE | EL | RUBY }, /* constructor */
	{ MEMBER, DOUBLE },                  /* cycler */
	{ RUBYIO, RUBY },                    /* dir */
	{ FREE, DOUBLE },                    /* dump */
	{ DOTTED, DOUBLE },                  /* environ */
	{ FREE, DOUBLE | EL | RUBY },        /* eval */
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
	{ ANY, EVERY },                      /* getdeclaredconstructors */
	{ ANY, EVERY },                      /* getdeclaredmethods */
	{ ANY, EVERY },                      /* getenginebyname */
	{ ANY, EVERY },                      /* getprotectiondomain */
	{ CALL, EVERY },                     /* getresource */
	{ ANY, EVERY },                      /* getruntime */
	{ ANY, EVERY },                      /* getservletcontext */
	{ ANY, DOUBLE | EL | RUBY },         /* importlib */
	{ PATH, DOUBLE },                    /* include */
	{ ANY, EL },                         /* initparam */
	{ INSPECT, EVERY },                  /* inspect */
	{ RUBYIO, RUBY },                    /* io */
	{ JAVA, EVERY },                     /* java */
	{ JAVA, EVERY },                     /* javax */
	{ MEMBER, DOUBLE },                  /* joiner */
	{ RUBYIO, RUBY },                    /* kernel */
	{ MEMBER, DOUBLE },                  /* lipsum */
	{ ANY, DOUBLE | EL | RUBY },         /* mainmodule */
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
	{ ANY, DOUBLE },                     /* registerundefinedfiltercallback */
	{ ANY, EL },                         /* requestscope */
	{ SYSTEM, DOUBLE | RUBY },           /* require */
	{ ANY, EVERY },                      /* scriptengine */
	{ ANY, EVERY },                      /* scriptenginemanager */
	{ SETTINGS, DOUBLE },                /* secret_key */
	{ SELF, DOUBLE | EL },               /* self */
	{ ANY, EL },                         /* sessionscope */
	{ CALL, DOUBLE | EL | RUBY },        /* shell_exec */
	{ PATH, DOUBLE },                    /* source */
	{ ANY, EL },                         /* springmacrorequestcontext */
	{ ANY, DOUBLE | EL },                /* subprocess */
	{ SYSTEM, DOUBLE | EL | RUBY },      /* system */
	{ TYPE, DOUBLE | EL },               /* t */
	{ ANY, EVERY },                      /* urlclassloader */
};

#endif
