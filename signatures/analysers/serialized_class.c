/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Classes that run code, or call out, when a reader of objects builds them.
 *
 * The trap is that stack traces and loggers name classes, too.  So a name counts where it is the whole value,
 * or stands in quotes behind : or = or as an element; and classes that log under their own name in
 * everyday programs (data sources of pools) are left out. */

#include "serialized.h"
#include "signatures/words.h"

/* A class, or a package all of whose classes are meant. */
static const char *const classes[] = {
	"br.com.anteros.dbcp",
	"bsh.interpreter",
	"bsh.xthis",
	"ch.qos.logback.core.db",
	"ch.qos.logback.core.jndi",
	"clojure.inspector",
	"clojure.lang.persistentarraymap",
	"com.caucho.config.types",
	"com.caucho.naming",
	"com.ibatis.sqlmap.engine.datasource",
	"com.mchange.v2.c3p0.debug",
	"com.mchange.v2.c3p0.driver",
	"com.mchange.v2.c3p0.impl.poolbackeddatasourcebase",
	"com.mchange.v2.c3p0.jndirefconnectionpooldatasource",
	"com.mchange.v2.c3p0.jndirefforwardingdatasource",
	"com.mchange.v2.c3p0.poolbackeddatasource",
	"com.mchange.v2.c3p0.wrapperconnectionpooldatasource",
	"com.mysql.cj.jdbc.admin.miniadmin",
	"com.nqadmin.rowset",
	"com.oracle.wls.shaded",
	"com.pastdev.httpcomponents",
	"com.rometools.rome.feed.impl",
	"com.sun.corba",
	"com.sun.deploy.security",
	"com.sun.jndi",
	"com.sun.org.apache.bcel",
	"com.sun.org.apache.xalan",
	"com.sun.org.apache.xml.internal.security",
	"com.sun.org.apache.xpath",
	"com.sun.rowset",
	"com.sun.syndication.feed.impl",
	"com.sun.xml.internal",
	"com.zaxxer.hikari.hikariconfig",
	"groovy.lang.groovyclassloader",
	"groovy.lang.groovyshell",
	"groovy.util.expando",
	"java.beans.eventhandler",
	"java.beans.expression",
	"java.beans.statement",
	"java.beans.xmldecoder",
	"java.io.fileoutputstream",
	"java.io.filewriter",
	"java.io.printwriter",
	"java.lang.autocloseable",
	"java.lang.classloader",
	"java.lang.processbuilder",
	"java.lang.processimpl",
	"java.lang.runtime",
	"java.lang.unixprocess",
	"java.net.inet4address",
	"java.net.inet6address",
	"java.net.inetaddress",
	"java.net.inetsocketaddress",
	"java.net.urlclassloader",
	"java.rmi.registry",
	"java.rmi.server",
	"java.security.signedobject",
	"java.util.logging.filehandler",
	"java.util.serviceloader",
	"javax.imageio.imageio",
	"javax.imageio.spi",
	"javax.management.badattributevalueexpexception",
	"javax.management.loading",
	"javax.management.remote",
	"javax.naming.initialcontext",
	"javax.naming.ldap",
	"javax.naming.spi",
	"javax.script.scriptenginemanager",
	"javax.swing.jeditorpane",
	"javax.swing.jtextpane",
	"javax.swing.uidefaults",
	"jdk.nashorn.internal.objects.nativestring",
	"jodd.db.connection",
	"microsoft.identitymodel.claims.windowsclaimsidentity",
	"microsoft.visualstudio.text.formatting.textformattingrunproperties",
	"net.sf.ehcache.hibernate",
	"net.sf.ehcache.transaction.manager",
	"nt.system",
	"oracle.jdbc.connector",
	"oracle.jdbc.rowset",
	"oracle.jms.aq",
	"org.apache.activemq.jms.pool",
	"org.apache.activemq.pool",
	"org.apache.activemq.spring",
	"org.apache.aries.transaction.jms",
	"org.apache.axis2.jaxws.spi",
	"org.apache.axis2.transport.jms",
	"org.apache.bcel.util",
	"org.apache.cocoon.components.slide",
	"org.apache.commons.beanutils.beancomparator",
	"org.apache.commons.collections.comparators",
	"org.apache.commons.collections.functors",
	"org.apache.commons.collections.keyvalue.tiedmapentry",
	"org.apache.commons.collections.map.lazymap",
	"org.apache.commons.collections4.comparators",
	"org.apache.commons.collections4.functors",
	"org.apache.commons.collections4.keyvalue.tiedmapentry",
	"org.apache.commons.collections4.map.lazymap",
	"org.apache.commons.configuration.jndiconfiguration",
	"org.apache.commons.configuration2.jndiconfiguration",
	"org.apache.commons.dbcp",
	"org.apache.commons.dbcp2",
	"org.apache.commons.fileupload.disk.diskfileitem",
	"org.apache.commons.jelly.impl",
	"org.apache.commons.proxy.provider",
	"org.apache.cxf.jaxrs.provider.xslt",
	"org.apache.cxf.jaxrs.provider.xsltjaxbprovider",
	"org.apache.hadoop.shaded",
	"org.apache.ibatis.datasource",
	"org.apache.ignite.cache.jta",
	"org.apache.log4j.receivers.db",
	"org.apache.myfaces.el",
	"org.apache.openjpa.ee",
	"org.apache.shiro.jndi",
	"org.apache.shiro.realm.jndi",
	"org.apache.tomcat.dbcp",
	"org.apache.wicket.util.upload",
	"org.apache.xalan.lib",
	"org.apache.xalan.xsltc",
	"org.apache.xbean.naming",
	"org.apache.xbean.propertyeditor",
	"org.arrah.framework.rdbms",
	"org.codehaus.groovy.runtime.convertedclosure",
	"org.codehaus.groovy.runtime.methodclosure",
	"org.docx4j.org.apache.xalan",
	"org.eclipse.jetty.plus.jndi",
	"org.h2.jdbcx",
	"org.hibernate.engine.spi.typedvalue",
	"org.hibernate.jmx",
	"org.hibernate.property.basicpropertyaccessor",
	"org.hibernate.tuple.component",
	"org.jboss.interceptor",
	"org.jboss.util.propertyeditor",
	"org.jdom.transform",
	"org.jdom2.transform",
	"org.jsecurity.realm.jndi",
	"org.mozilla.javascript.nativeerror",
	"org.mozilla.javascript.nativejavaobject",
	"org.python.core.pyfunction",
	"org.quartz.utils.jndiconnectionprovider",
	"org.slf4j.ext.eventdata",
	"org.springframework.aop.config.methodlocatingfactorybean",
	"org.springframework.aop.support.abstractbeanfactorypointcutadvisor",
	"org.springframework.aop.support.defaultbeanfactorypointcutadvisor",
	"org.springframework.beans.factory.config.propertypathfactorybean",
	"org.springframework.beans.factory.objectfactory",
	"org.springframework.context.support.classpathxmlapplicationcontext",
	"org.springframework.context.support.filesystemxmlapplicationcontext",
	"org.springframework.core.serializabletypewrapper",
	"org.springframework.jndi.support.simplejndibeanfactory",
	"org.springframework.transaction.jta.jtatransactionmanager",
	"posix.system",
	"subprocess.check_output",
	"subprocess.popen",
	"sun.misc.unsafe",
	"sun.print",
	"sun.reflect.annotation.annotationinvocationhandler",
	"sun.rmi.server",
	"sun.rmi.transport",
	"system.activities.presentation.workflowdesigner",
	"system.configuration.install.assemblyinstaller",
	"system.data.services.internal.expandedwrapper",
	"system.diagnostics.process",
	"system.diagnostics.processstartinfo",
	"system.identitymodel.tokens.sessionsecuritytoken",
	"system.io.fileinfo",
	"system.management.automation.psobject",
	"system.runtime.remoting.objref",
	"system.security.principal.windowsidentity",
	"system.web.security.roleprincipal",
	"system.web.ui.losformatter",
	"system.web.ui.objectstateformatter",
	"system.windows.data.objectdataprovider",
	"system.windows.forms.axhost",
	"system.windows.forms.bindingsource",
	"system.windows.markup.xamlreader",
	"system.windows.resourcedictionary",
	"system.workflow.componentmodel",
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool name_byte(uint8_t c)
{
	return ew_word_byte(c) || c == '.' || c == '$';
}

/* Length of the class or package `word` if `t` begins with it at `i` and no longer name goes on; 0: it does
 * not. */
static size_t begins_with(struct ew_bytes t, size_t i, const char *word)
{
	size_t n = strlen(word);

	if (!ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(word)))
		return 0;
	return i + n == t.n || !ew_word_byte(t.p[i + n]) ? n : 0;
}

/* Length of the name of a class at `i` which is known; 0: none.  No entry is a package of another, so the
 * one that a name begins with is the last that does not sort behind the name. */
static size_t known_class(struct ew_bytes t, size_t i)
{
	size_t low = 0, high = sizeof(classes) / sizeof(*classes);

	while (low < high) {
		size_t mid = low + (high - low) / 2, k = 0;
		const char *word = classes[mid];
		while (word[k] && i + k < t.n && lower(t.p[i + k]) == (uint8_t)word[k])
			k++;
		if (word[k] == '\0' || (i + k < t.n && lower(t.p[i + k]) > (uint8_t)word[k]))
			low = mid + 1;
		else
			high = mid;
	}
	return low ? begins_with(t, i, classes[low - 1]) : 0;
}

/* The same, seldom asked: all of them begin with a word of at most ten letters and a dot. */
static bool is_known(struct ew_bytes t, size_t i)
{
	size_t k = i;

	while (k < t.n && k - i < 11 && ew_word_byte(t.p[k]))
		k++;
	return k > i && k < t.n && t.p[k] == '.' && known_class(t, i);
}

/* What may follow the name in a value that is one: the end, ; of an array's type, `2[[ of a generic type,
 * the assembly that holds it. */
static bool whole_value(struct ew_bytes t, size_t end)
{
	while (end < t.n && (name_byte(t.p[end]) || t.p[end] == ';' || t.p[end] <= ' '))
		if (t.p[end++] <= ' ')
			break;
	if (end < t.n && (t.p[end] == '`' || t.p[end] == '[' || t.p[end] == '+'))
		return true;
	for (; end < t.n; end++)
		if (!name_byte(t.p[end]) && !memchr(", =-;", t.p[end], 5))
			return false;
	return true;
}

/* [ and L before the name of a type of Java; at most 8. */
static size_t skip_type(struct ew_bytes t, size_t i)
{
	size_t from = i;

	while (i < t.n && t.p[i] == '[' && i - from < 8)
		i++;
	while (i + 1 < t.n && i - from < 8 && t.p[i] == 'L' &&
	       (t.p[i + 1] == 'L' || (t.p[i + 1] >= 'a' && t.p[i + 1] <= 'z')))
		i++;
	return i;
}

/* Links of the chains known for Ruby, as a value. */
static bool class_of_ruby(struct ew_bytes t)
{
	static const char *const links[] = {
		"activesupport::deprecation::deprecatedinstancevariableproxy",
		"gem::installer",
		"gem::package::tarreader",
		"gem::requestset",
		"gem::requirement",
		"gem::source::specificfile",
		"gem::specfetcher",
		"gem::stubspecification",
	};

	t = ew_bytes_trim(t, " -\t\r\n");
	return ew_word_in(links, sizeof(links) / sizeof(*links), t);
}

/* Where a name would begin behind the quote or the bracket at `k`; 0: it names no type. */
static size_t type_behind(struct ew_bytes t, size_t k)
{
	size_t before = k;

	if (t.p[k] == '<')
		return k + 1;
	while (before && k - before < 4 && (t.p[before - 1] <= ' ' || t.p[before - 1] == '\\'))
		before--;
	return before && memchr(":=[", t.p[before - 1], 3) ? skip_type(t, k + 1) : 0;
}

bool ew_serialized_class(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t i = 0, n;

	while (i < t.n && i < 32 && t.p[i] <= ' ')
		i++;
	i = skip_type(t, i);
	if ((n = known_class(t, i)) && whole_value(t, i + n)) {
		*f_r = (struct ew_finding){ i, i + n, "the name of a class that runs code when it is read" };
		return true;
	}
	if (class_of_ruby(t)) {
		*f_r = (struct ew_finding){ 0, t.n, "the name of a class that runs code when it is read" };
		return true;
	}
	for (size_t k = 0; k < t.n; k++) {
		uint8_t c = t.p[k];
		if (c != '"' && c != '\'' && c != '<')
			continue;
		size_t name = type_behind(t, k);
		if (!name || !(n = known_class(t, name)))
			continue;
		*f_r = (struct ew_finding){ name, name + n,
					    "a class that runs code when it is read, named as a type" };
		return true;
	}
	return false;
}

bool ew_serialized_class_may(struct ew_bytes t, size_t i)
{
	size_t name = type_behind(t, i);

	return name && is_known(t, name);
}
