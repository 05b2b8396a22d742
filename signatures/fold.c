/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tables of folding, and the walk.  A look-alike stays where a whole word is of its alphabet, or every text
 * in Russian or Greek would differ from its folded form; in a word that mixes alphabets it is folded.  Tags, which
 * nobody sees and models read, may be strewn into a word or spell words themselves: they are left out where they
 * stand, and what they spell comes behind the text. */

#include "fold.h"

#include "words.h"

enum { DROP = 0, KEEP = 0xffff };

#define TAGS 0xe0000u /* and 127 more: an image of ASCII */
#define TAG_SIZE 4u   /* bytes */

/* Characters [from, to] are `count` ASCII characters from `first` on, over and over: "a" to "z", "A" to "z". */
struct range {
	uint32_t from, to;
	uint8_t first, count;
	bool letters; /* 52 of them: A to Z, then a to z */
};

/* By `from`. */
static const struct range ranges[] = {
	{ 0x00ad, 0x00ad, DROP, 1, false },   /* soft hyphen */
	{ 0x0300, 0x036f, DROP, 1, false },   /* marks that combine with a letter */
	{ 0x180e, 0x180e, DROP, 1, false },
	{ 0x2000, 0x200a, ' ', 1, false },
	{ 0x200b, 0x200f, DROP, 1, false },   /* of no width, and marks of direction */
	{ 0x2010, 0x2015, '-', 1, false },
	{ 0x2028, 0x2029, '\n', 1, false },
	{ 0x202a, 0x202e, DROP, 1, false },
	{ 0x2060, 0x2064, DROP, 1, false },
	{ 0x2066, 0x206f, DROP, 1, false },
	{ 0x2070, 0x2070, '0', 1, false },
	{ 0x2074, 0x2079, '4', 6, false },
	{ 0x2080, 0x2089, '0', 10, false },
	{ 0x2460, 0x2468, '1', 9, false },
	{ 0x249c, 0x24b5, 'a', 26, false },
	{ 0x24b6, 0x24cf, 'A', 26, false },
	{ 0x24d0, 0x24e9, 'a', 26, false },
	{ 0x24ea, 0x24ea, '0', 1, false },
	{ 0xfe00, 0xfe0f, DROP, 1, false },   /* selectors of variants */
	{ 0xfeff, 0xfeff, DROP, 1, false },
	{ 0xff01, 0xff5e, '!', 94, false },   /* full width */
	{ 0x1d400, 0x1d6a3, 'A', 52, true },  /* letters of mathematics */
	{ 0x1d7ce, 0x1d7ff, '0', 10, false },
	{ 0x1f130, 0x1f149, 'A', 26, false }, /* in squares and circles */
	{ 0x1f150, 0x1f169, 'A', 26, false },
	{ 0x1f170, 0x1f189, 'A', 26, false },
	{ 0xe0000, 0xe007f, DROP, 1, false }, /* tags */
};

struct single {
	uint16_t from;
	char to;
};

/* Punctuation and blanks; by `from`. */
static const struct single singles[] = {
	{ 0x00a0, ' ' },  { 0x00b2, '2' },  { 0x00b3, '3' },  { 0x00b4, '\'' }, { 0x00b9, '1' },  { 0x017f, 's' },
	{ 0x02b9, '\'' }, { 0x02ba, '"' },  { 0x02bb, '\'' }, { 0x02bc, '\'' }, { 0x02bd, '\'' }, { 0x02c8, '\'' },
	{ 0x037e, ';' },  { 0x05f3, '\'' }, { 0x05f4, '"' },  { 0x066a, '%' },  { 0x1680, ' ' },  { 0x2018, '\'' },
	{ 0x2019, '\'' }, { 0x201a, ',' },  { 0x201b, '\'' }, { 0x201c, '"' },  { 0x201d, '"' },  { 0x201e, '"' },
	{ 0x201f, '"' },  { 0x2024, '.' },  { 0x202f, ' ' },  { 0x2032, '\'' }, { 0x2033, '"' },  { 0x2035, '\'' },
	{ 0x2036, '"' },  { 0x2039, '<' },  { 0x203a, '>' },  { 0x2044, '/' },  { 0x205f, ' ' },  { 0x207b, '-' },
	{ 0x207c, '=' },  { 0x207d, '(' },  { 0x207e, ')' },  { 0x208b, '-' },  { 0x208c, '=' },  { 0x208d, '(' },
	{ 0x208e, ')' },  { 0x212a, 'K' },  { 0x2212, '-' },  { 0x2215, '/' },  { 0x2216, '\\' }, { 0x2217, '*' },
	{ 0x2223, '|' },  { 0x2236, ':' },  { 0x223c, '~' },  { 0x2329, '<' },  { 0x232a, '>' },  { 0x29f5, '\\' },
	{ 0x29f8, '/' },  { 0x29f9, '\\' }, { 0x3000, ' ' },  { 0x3002, '.' },  { 0x3008, '<' },  { 0x3009, '>' },
	{ 0xfe50, ',' },  { 0xfe52, '.' },  { 0xfe54, ';' },  { 0xfe55, ':' },  { 0xfe56, '?' },  { 0xfe57, '!' },
	{ 0xfe59, '(' },  { 0xfe5a, ')' },  { 0xfe5b, '{' },  { 0xfe5c, '}' },  { 0xfe5f, '#' },  { 0xfe60, '&' },
	{ 0xfe61, '*' },  { 0xfe62, '+' },  { 0xfe63, '-' },  { 0xfe64, '<' },  { 0xfe65, '>' },  { 0xfe66, '=' },
	{ 0xfe68, '\\' }, { 0xfe69, '$' },  { 0xfe6a, '%' },  { 0xfe6b, '@' },  { 0xff61, '.' },  { 0xffe8, '|' },
};

/* Letters that look like ASCII ones; by `from`. */
static const struct single alike[] = {
	{ 0x0131, 'i' }, { 0x0251, 'a' }, { 0x0261, 'g' }, { 0x0391, 'A' }, { 0x0392, 'B' }, { 0x0395, 'E' },
	{ 0x0396, 'Z' }, { 0x0397, 'H' }, { 0x0399, 'I' }, { 0x039a, 'K' }, { 0x039c, 'M' }, { 0x039d, 'N' },
	{ 0x039f, 'O' }, { 0x03a1, 'P' }, { 0x03a4, 'T' }, { 0x03a5, 'Y' }, { 0x03a7, 'X' }, { 0x03b1, 'a' },
	{ 0x03b9, 'i' }, { 0x03bd, 'v' }, { 0x03bf, 'o' }, { 0x03c1, 'p' }, { 0x03c5, 'u' }, { 0x0405, 'S' },
	{ 0x0406, 'I' }, { 0x0408, 'J' }, { 0x0410, 'A' }, { 0x0412, 'B' }, { 0x0415, 'E' }, { 0x041a, 'K' },
	{ 0x041c, 'M' }, { 0x041d, 'H' }, { 0x041e, 'O' }, { 0x0420, 'P' }, { 0x0421, 'C' }, { 0x0422, 'T' },
	{ 0x0423, 'Y' }, { 0x0425, 'X' }, { 0x0430, 'a' }, { 0x0435, 'e' }, { 0x043e, 'o' }, { 0x0440, 'p' },
	{ 0x0441, 'c' }, { 0x0443, 'y' }, { 0x0445, 'x' }, { 0x0455, 's' }, { 0x0456, 'i' }, { 0x0458, 'j' },
	{ 0x04bb, 'h' }, { 0x04cf, 'l' }, { 0x0501, 'd' }, { 0x051b, 'q' }, { 0x051d, 'w' }, { 0x0555, 'O' },
	{ 0x0578, 'n' }, { 0x057d, 'u' }, { 0x0585, 'o' },
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static unsigned in_singles(const struct single *table, size_t n, uint32_t c)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (table[mid].from == c)
			return (uint8_t)table[mid].to;
		if (table[mid].from < c)
			low = mid + 1;
		else
			high = mid;
	}
	return KEEP;
}

static unsigned in_ranges(uint32_t c)
{
	size_t low = 0, high = COUNT(ranges);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct range *r = &ranges[mid];
		if (c >= r->from && c <= r->to) {
			unsigned at = (c - r->from) % r->count;
			unsigned gap = r->letters && at >= 26 ? 'a' - 'Z' - 1 : 0;
			return r->first == DROP ? DROP : r->first + at + gap;
		}
		if (r->from < c)
			low = mid + 1;
		else
			high = mid;
	}
	return KEEP;
}

/* What `c` stands for: an ASCII character, DROP or KEEP. */
static unsigned plain_form(uint32_t c)
{
	unsigned to = in_ranges(c);

	return to == KEEP && c <= 0xffff ? in_singles(singles, COUNT(singles), c) : to;
}

/* One character at `p`, of two to four bytes, overlong forms too.  Its length; 0: ill-formed. */
static size_t read_char(const uint8_t *p, size_t left, uint32_t *c_r)
{
	size_t n = p[0] >= 0xf8 ? 0 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
	uint32_t c = n ? p[0] & (0x7fu >> n) : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	*c_r = c;
	return n;
}

static bool is_letter(uint8_t c)
{
	return (uint8_t)((c | 0x20) - 'a') < 26;
}

/* The word at out[from, n) mixes alphabets: fold what looks alike in it.  Its new end. */
static size_t fold_alike(uint8_t *out, size_t from, size_t n)
{
	size_t to = from;

	for (size_t i = from; i < n;) {
		uint32_t c;
		size_t len = out[i] >= 0x80 ? read_char(out + i, n - i, &c) : 0;
		unsigned as = len && c <= 0xffff ? in_singles(alike, COUNT(alike), c) : KEEP;
		if (as != KEEP) {
			out[to++] = (uint8_t)as;
			i += len;
			continue;
		}
		for (len = len ? len : 1; len > 0; len--)
			out[to++] = out[i++];
	}
	return to;
}

/* The character of ASCII that the tag at the beginning of `text` stands for; 0xff: it begins with no tag. */
static uint8_t tag_at(struct ew_bytes text)
{
	uint32_t c;

	if (text.n < TAG_SIZE || read_char(text.p, text.n, &c) != TAG_SIZE || c >> 7 != TAGS >> 7)
		return 0xff;
	return c & 0x7f;
}

static size_t next_tag(struct ew_bytes text)
{
	const uint8_t *at = text.p, *end = text.p + text.n;

	while (at < end && (at = memchr(at, 0xf3, (size_t)(end - at)))) {
		if (tag_at(ew_bytes(at, (size_t)(end - at))) != 0xff)
			return (size_t)(at - text.p);
		at++;
	}
	return text.n;
}

/* What the tags of `text` spell, a line of its own at `out`.  Its length, which is below that of the tags. */
static size_t spell_tags(struct ew_bytes text, uint8_t *out)
{
	size_t n = 0;

	out[n++] = '\n';
	while (text.n && (text = ew_bytes_from(text, next_tag(text))).n) {
		uint8_t c = tag_at(text);
		if (c >= ' ' && c < 0x7f)
			out[n++] = c;
		text = ew_bytes_from(text, TAG_SIZE);
	}
	return n > 1 ? n : 0;
}

size_t ew_fold(struct ew_bytes text, uint8_t *out)
{
	size_t n = 0, word = 0; /* where the word that is being written begins */
	bool ascii = false, foreign = false; /* letters that it has */
	bool tagged = false;

	for (size_t i = 0; i < text.n;) {
		uint32_t c = text.p[i];
		size_t len = c >= 0x80 ? read_char(text.p + i, text.n - i, &c) : 1;
		unsigned as = len > 1 ? c < 0x80 ? c : plain_form(c) : len == 0 || c ? KEEP : DROP;
		size_t begin = n;
		tagged = tagged || (c >> 7 == TAGS >> 7 && len == TAG_SIZE);
		if (as == KEEP) {
			for (len = len ? len : 1; len > 0; len--)
				out[n++] = text.p[i++];
		} else {
			if (as != DROP)
				out[n++] = (uint8_t)as;
			i += len;
		}
		if (n == begin)
			continue;
		if (!ew_word_byte(out[begin])) {
			n = ascii && foreign ? fold_alike(out, word, begin) : begin;
			out[n++] = as == KEEP ? (uint8_t)c : (uint8_t)as;
			word = n;
			ascii = foreign = false;
			continue;
		}
		ascii = ascii || is_letter(out[begin]);
		foreign = foreign || out[begin] >= 0x80;
	}
	n = ascii && foreign ? fold_alike(out, word, n) : n;
	return tagged ? n + spell_tags(text, out + n) : n;
}
