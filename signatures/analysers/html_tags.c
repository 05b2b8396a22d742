/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Elements and attributes that run, load or redirect.
 *
 * Markup alone is none: links, tables, styles and pictures are what newsletters are made of.  A tag with a
 * handler counts wherever it stands, also quoted in a ticket: no reader can tell the one from the other. */

#include "html_tags.h"

#include "html_script.h"
#include "html_words.h"
#include "signatures/words.h"

#define IN(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)

enum element { PLAIN, SCRIPT, FRAME, OBJECT, META, BASE, LINK, STYLE, ODD, FORM };

/* What the attributes of the tag at hand have said so far. */
struct tag {
	enum element element;
	size_t from;
	bool end_tag;
	bool inert;     /* script of a type that is data */
	bool loads;     /* has a src, data or href */
	bool elsewhere; /* ... which names a host */
	bool quoted;
	bool embed; /* ... as the code that sites give away does: https, quoted, with a size */
	bool sized;
	bool sheet;
	bool import;
	bool basic;      /* script of VBScript, whose code looks like prose */
	const char *why; /* decided when the tag ends */
};

static bool is(struct ew_bytes w, const char *lower)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(lower));
}

static bool has(struct ew_bytes t, const char *lower)
{
	return ew_bytes_find_nocase(t, 0, ew_bytes_str(lower)) != SIZE_MAX;
}

static bool found(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

static enum element element_of(struct ew_bytes name)
{
	static const char *const names[] = { "applet", "base",   "embed",   "fencedframe", "form",    "frame",
					     "iframe", "ilayer", "isindex", "layer",       "link",    "meta",
					     "object", "portal", "script",  "style",       "webview", "xss" };
	static const uint8_t elements[] = { OBJECT, BASE, OBJECT, FRAME,  FORM,  FRAME,  FRAME, FRAME, ODD,
					    FRAME,  LINK, META,   OBJECT, FRAME, SCRIPT, STYLE, FRAME, ODD };
	size_t i = name.n < 3 ? EW_WORD_NONE : ew_word_find(names, sizeof(names) / sizeof(*names), name);

	return i == EW_WORD_NONE ? PLAIN : elements[i];
}

int ew_html_handler(struct ew_bytes name)
{
	if (name.n < 5 || (name.p[0] | 0x20) != 'o' || (name.p[1] | 0x20) != 'n')
		return 0;
	for (size_t i = 2; i < name.n; i++)
		if (!ew_html_letter(name.p[i]))
			return 0;
	return IN(html_handlers, ew_bytes_from(name, 2)) ? 2 : 1;
}

bool ew_html_braces(const struct ew_html_lexer *l)
{
	return l->quote == 0 && l->value.n && l->value.p[0] == '{' && !ew_script_calls(l->value);
}

/* [value^=a]{background:url(//host)}: what stands in a field is told to a host, letter by letter.
 */
static bool style_tells(struct ew_bytes css)
{
	static const char *const fields[] = { "[value", "[content", "[nonce" };

	for (size_t k = 0; k < sizeof(fields) / sizeof(*fields); k++) {
		size_t i = ew_bytes_find_nocase(css, 0, ew_bytes_str(fields[k]));
		if (i == SIZE_MAX)
			continue;
		i += strlen(fields[k]);
		if (i + 1 >= css.n || !memchr("^$*", css.p[i], 3) || css.p[i + 1] != '=')
			continue;
		struct ew_bytes rule = ew_bytes_from(css, i);
		const uint8_t *end = memchr(rule.p, '}', rule.n);
		rule.n = end ? (size_t)(end - rule.p) : rule.n;
		size_t url = ew_bytes_find_nocase(rule, 0, EW_LIT("url("));
		if (url != SIZE_MAX && has(ew_bytes_from(rule, url), "//"))
			return true;
	}
	return false;
}

bool ew_html_style_runs(struct ew_bytes css)
{
	size_t i, k;
	bool sure;

	if (has(css, "-moz-binding") || has(css, "@import'") || has(css, "@import\"") || has(css, "@import//"))
		return true;
	i = ew_bytes_find_nocase(css, 0, EW_LIT("behavior"));
	if (i != SIZE_MAX && has(ew_bytes_from(css, i), "url(") && !has(ew_bytes_from(css, i), "#default"))
		return true;
	/* x:e/ **\/xpression(: comments and backslashes between the letters are dropped. */
	static const char word[] = "expression(";
	for (i = 0, k = 0; i < css.n; i++) {
		uint8_t c = css.p[i];
		if (c == '\\' || c == 0 || (k == sizeof(word) - 2 && ew_html_blank(c)))
			continue;
		if (k && c == '/' && i + 1 < css.n && css.p[i + 1] == '*') {
			for (i += 2; i + 1 < css.n && !(css.p[i] == '*' && css.p[i + 1] == '/'); i++)
				;
			i++;
			continue;
		}
		c = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
		k = c == (uint8_t)word[k] ? k + 1 : c == 'e';
		if (k == sizeof(word) - 1)
			return true;
	}
	for (i = 0; (i = ew_bytes_find_nocase(css, i, EW_LIT("url("))) != SIZE_MAX; i++) {
		i += 4;
		k = i + (i < css.n && (css.p[i] == '"' || css.p[i] == '\''));
		if (ew_script_scheme(css, k, &sure))
			return true;
	}
	return false;
}

static bool names_host(struct ew_bytes url)
{
	url = ew_bytes_trim(url, " \t\r\n");
	return has(ew_bytes(url.p, url.n > 8 ? 8 : url.n), "//") ||
	       has(ew_bytes(url.p, url.n > 8 ? 8 : url.n), "\\\\");
}

/* What a URL attribute of the tag does beside its scheme. */
static void loads(struct tag *t, const struct ew_html_lexer *l)
{
	bool host = names_host(l->value);

	if (l->value.n == 0)
		return;
	t->loads = true;
	t->elsewhere |= host;
	t->quoted = l->quote != 0;
	t->embed = l->quote && !l->unclosed && ew_bytes_starts_nocase(l->value, EW_LIT("https://"));
	if (ew_bytes_starts_nocase(ew_bytes_trim(l->value, " \t\r\n"), EW_LIT("data:")) &&
	    (t->element == SCRIPT || t->element == FRAME || t->element == OBJECT || t->element == LINK))
		t->why = "a data URL loaded as code";
}

static void meta_attribute(struct tag *t, const struct ew_html_lexer *l)
{
	static const char *const acts[] = { "content-security-policy", "link", "refresh", "set-cookie" };

	if (is(l->name, "http-equiv") && IN(acts, ew_bytes_trim(l->value, " \t\r\n")))
		t->why = "a meta element that acts as a header";
	if (has(l->value, "utf-7"))
		t->why = "a meta element that changes the charset";
}

/* True: the attribute alone decides. */
static bool attribute_runs(struct tag *t, const struct ew_html_lexer *l, const char **why_r)
{
	size_t code;
	bool sure;
	int on = ew_html_handler(l->name);

	if (on && l->value.n && (on == 2 || ew_script_like(l->value)) && !ew_html_braces(l)) {
		*why_r = "an event handler of an element";
		return true;
	}
	if (!l->has_value)
		return false;
	bool url = IN(html_url_attributes, l->name) || ew_html_handler(l->name) ||
		   (l->name.n > 5 && has(l->name, ":href"));
	if (url)
		loads(t, l);
	if (l->value.n > 5 && (code = ew_script_scheme(l->value, 0, &sure)) != 0) {
		struct ew_bytes rest = ew_bytes_from(l->value, code);
		if (url ? rest.n && (sure || ew_script_does(rest) ||
				     is(ew_bytes(rest.p, rest.n > 6 ? 6 : rest.n), "msgbox"))
			: rest.n && rest.p[0] != ' ' && ew_script_like(rest)) {
			*why_r = "a URL of an element that is script";
			return true;
		}
	}
	if (is(l->name, "srcdoc") && l->value.n) {
		*why_r = "a document within an attribute";
		return true;
	}
	if (is(l->name, "style") && ew_html_style_runs(l->value)) {
		*why_r = "a style that runs script";
		return true;
	}
	if (is(l->name, "formaction") && names_host(l->value)) {
		*why_r = "a form sent elsewhere";
		return true;
	}
	if (is(l->name, "attributename") && ew_html_handler(ew_bytes_trim(l->value, " ")) == 2) {
		*why_r = "an animation of an event handler";
		return true;
	}
	if (is(l->name, "dataformatas") && is(l->value, "html")) {
		*why_r = "data bound as markup";
		return true;
	}
	if (is(l->name, "width") || is(l->name, "height"))
		t->sized = true;
	if (t->element == SCRIPT && is(l->name, "type") && has(l->value, "json"))
		t->inert = true;
	if (t->element == STYLE && is(l->name, "type") && has(l->value, "script"))
		t->why = "a style element of script";
	if (t->element == SCRIPT && (is(l->name, "type") || is(l->name, "language")) &&
	    has(l->value, "vbs"))
		t->basic = true;
	if (t->element == LINK && is(l->name, "rel")) {
		t->sheet = is(l->value, "stylesheet");
		t->import = is(l->value, "import");
	}
	if (t->element == META)
		meta_attribute(t, l);
	if (t->element == ODD && l->value.n)
		t->why = "an element that browsers run";
	return false;
}

/* Text behind <script>: code, as its first word and what follows it say. */
static bool begins_code(struct ew_bytes text, bool alone)
{
	static const char *const statements[] = { "const", "eval",  "for", "function", "if",    "import", "let",
						  "new",   "throw", "try", "var",      "while", "with" };
	struct ew_bytes t = ew_bytes_trim(ew_bytes(text.p, text.n > 400 ? 400 : text.n), " \t\r\n\f\v");
	size_t i = 0, end = ew_bytes_find_nocase(t, 0, EW_LIT("</script"));

	if (t.n == 0)
		return alone;
	if (end != SIZE_MAX) { /* an element: anything but bare words */
		for (i = 0; i < end; i++)
			if (strchr("(=[.;{`/'\"+&#\\:*", t.p[i]) && t.p[i])
				return true;
		return end <= 2;
	}
	while (i < t.n && (ew_word_byte(t.p[i]) || t.p[i] == '$'))
		i++;
	if (i == 0)
		return t.p[0] == text.p[0] && strchr("[({/\\+-!~'\"`;", t.p[0]) && t.p[0] && ew_script_like(t);
	if (ew_script_calls(ew_bytes(t.p, t.n > 80 ? 80 : t.n)))
		return true;
	bool word = IN(statements, ew_bytes(t.p, i));
	if (i == t.n)
		return alone && i < 12;
	if (strchr("(=[`;{", t.p[i]) && t.p[i])
		return true;
	if (t.p[i] == '.')
		return i + 1 < t.n && ew_html_letter(t.p[i + 1]);
	for (; i < t.n && ew_html_blank(t.p[i]); i++)
		;
	if (i == t.n || t.p[i] == '=' || !word)
		return i < t.n && t.p[i] == '=';
	/* var a=, new A(, if (x), import 'x', throw{}: and not "with a src" */
	for (bool letters = false; i < t.n; i++) {
		if (!ew_word_byte(t.p[i]))
			return (strchr("({'\"=;.[", t.p[i]) && t.p[i]) ||
			       (letters && ew_html_blank(t.p[i]) && i + 1 < t.n && t.p[i + 1] == '=');
		letters = true;
	}
	return false;
}

/* At the end of the tag, `to`. */
static bool tag_runs(const struct ew_bytes text, const struct tag *t, size_t to, size_t *styled,
		     struct ew_finding *f_r)
{
	struct ew_bytes rest = ew_bytes_from(text, to);

	if (t->end_tag)
		return false;
	if (t->why)
		return found(f_r, t->from, to, t->why);
	switch (t->element) {
	case SCRIPT:
		if (t->loads)
			return found(f_r, t->from, to, "a script element with a source");
		/* "the `<script>` element" */
		if (t->from && rest.n && text.p[t->from - 1] == rest.p[0] && strchr("'\"`", rest.p[0]))
			return false;
		if (t->basic)
			return found(f_r, t->from, to, "a script element");
		if (!t->inert &&
		    begins_code(rest, to - t->from == text.n || (t->from < 8 && rest.n == 0 &&
								 memchr(text.p, ' ', t->from + 1) == NULL)))
			return found(f_r, t->from, to, "a script element");
		return false;
	case FRAME:
	case OBJECT:
		if (t->elsewhere && !(t->embed && t->sized))
			return found(f_r, t->from, to, "a document of another host within this one");
		return false;
	case BASE:
		return t->loads && t->elsewhere && found(f_r, t->from, to, "the base of all links moved");
	case FORM:
		return t->elsewhere && !t->quoted && found(f_r, t->from, to, "a form sent elsewhere");
	case LINK:
		if (t->import && t->elsewhere)
			return found(f_r, t->from, to, "an import of another host");
		return t->sheet && t->elsewhere && !t->quoted &&
		       found(f_r, t->from, to, "a style sheet of another host");
	case STYLE: {
		/* What is left open holds all that follow: each byte is read once. */
		if (to < *styled)
			return false;
		size_t end = ew_bytes_find_nocase(rest, 0, EW_LIT("</style"));
		*styled = end == SIZE_MAX ? text.n : to + end;
		struct ew_bytes css = ew_bytes(rest.p, end == SIZE_MAX ? rest.n : end);
		if (ew_html_style_runs(css))
			return found(f_r, t->from, to, "a style that runs script");
		return style_tells(css) &&
		       found(f_r, t->from, to, "a style that tells what fields hold");
	}
	default:
		return false;
	}
}

/* <img src='http://evil.example/?: the quote takes in what follows on the page. */
static bool dangles(const struct ew_bytes text, const struct tag *t, const struct ew_html_lexer *l)
{
	uint8_t last = text.p[text.n - 1];

	return l->unclosed && l->at == text.n && t->from < 64 && text.n - t->from < 256 &&
	       names_host(l->value) && (last == '?' || last == '=' || last == '&');
}

bool ew_html_tags_run(struct ew_bytes text, bool loose, struct ew_finding *f_r)
{
	struct ew_html_lexer l = { .text = text, .loose = loose };
	struct tag t = { .element = PLAIN };
	size_t styled = 0;
	bool asking = false; /* a form of another host stands at the beginning */
	const char *why;

	for (;;) {
		switch (ew_html_next(&l)) {
		case EW_HTML_END:
			return false;
		case EW_HTML_TAG:
			t = (struct tag){ .element = element_of(l.name), .from = l.from, .end_tag = l.end_tag };
			break;
		case EW_HTML_ATTRIBUTE:
			if (attribute_runs(&t, &l, &why))
				return found(f_r, t.from, l.at, why);
			if (asking && is(l.name, "type") && is(l.value, "password"))
				return found(f_r, t.from, l.at,
					     "a form that asks for a password for another host");
			if (dangles(text, &t, &l))
				return found(f_r, t.from, l.at, "a quote left open to take in the page");
			break;
		case EW_HTML_CLOSE:
			asking |= t.element == FORM && t.elsewhere && t.from < 16;
			if (tag_runs(text, &t, l.at, &styled, f_r))
				return true;
			break;
		}
	}
}
