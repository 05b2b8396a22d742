/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_HTML_WORDS_H
#define EVENTWALL_SIGNATURES_ANALYSERS_HTML_WORDS_H

/* What browsers of today and of old call their event handlers, and the attributes that hold a URL which is
 * followed or loaded.  Both in the order of strcmp(). */

/* Without their "on". */
static const char *const html_handlers[] = {
	"abort", "activate", "afterprint", "afterscriptexecute", "afterupdate", "animationcancel",
	"animationend", "animationiteration", "animationstart", "appinstalled", "audioend",
	"audioprocess", "audiostart", "auxclick", "beforeactivate", "beforecopy", "beforecut",
	"beforedeactivate", "beforeeditfocus", "beforeinput", "beforeinstallprompt", "beforematch",
	"beforepaste", "beforeprint", "beforescriptexecute", "beforetoggle", "beforeunload",
	"beforeupdate", "beforexrselect", "begin", "blocked", "blur", "bounce", "boundary",
	"cached", "cancel", "canplay", "canplaythrough", "cellchange", "change", "chargingchange",
	"checking", "click", "close", "command", "compassneedscalibration", "compositionend",
	"compositionstart", "compositionupdate", "connect", "contentvisibilityautostatechange",
	"contextlost", "contextmenu", "contextrestored", "controlselect", "copy", "cuechange",
	"cut", "dataavailable", "datachange", "datasetchanged", "datasetcomplete", "dblclick",
	"deactivate", "devicelight", "devicemotion", "deviceorientation", "deviceproximity",
	"dischargingtimechange", "disconnect", "domactivate", "domattrmodified", "domcontentloaded",
	"domfocusin", "domfocusout", "domsubtreemodified", "downloading", "drag", "dragdrop",
	"dragend", "dragenter", "dragexit", "dragleave", "dragover", "dragstart", "drop",
	"durationchange", "emptied", "encrypted", "end", "ended", "enterpictureinpicture", "error",
	"errorupdate", "exit", "fencedtreeclick", "filterchange", "finish", "focus", "focusin",
	"focusout", "formchange", "formdata", "forminput", "fullscreenchange", "fullscreenerror",
	"gamepadconnected", "gamepaddisconnected", "gesturechange", "gestureend", "gesturestart",
	"gotpointercapture", "hashchange", "help", "input", "inputsourceschange", "install",
	"interest", "invalid", "keydown", "keypress", "keyup", "languagechange", "layoutcomplete",
	"leavepictureinpicture", "levelchange", "load", "loadeddata", "loadedmetadata", "loadend",
	"loadstart", "location", "losecapture", "loseinterest", "lostpointercapture",
	"mediacomplete", "mediaerror", "message", "messageerror", "mousedown", "mouseenter",
	"mouseleave", "mousemove", "mouseout", "mouseover", "mouseup", "mousewheel", "move",
	"moveend", "movestart", "mozfullscreenchange", "mozfullscreenerror", "mozpointerlockchange",
	"msgesturechange", "msgesturedoubletap", "msgestureend", "msgesturehold", "msgesturestart",
	"msgesturetap", "msinertiastart", "mspointercancel", "mspointerdown", "mspointerenter",
	"mspointerhover", "mspointerleave", "mspointermove", "mspointerout", "mspointerover",
	"mspointerup", "nomatch", "noupdate", "obsolete", "offline", "online", "open",
	"orientationchange", "outofsync", "overscroll", "page", "pagehide", "pagereveal",
	"pageshow", "pageswap", "paint", "paste", "pause", "play", "playing", "pointercancel",
	"pointerdown", "pointerenter", "pointerleave", "pointerlockchange", "pointerlockerror",
	"pointermove", "pointerout", "pointerover", "pointerrawupdate", "pointerup", "popstate",
	"progress", "promptaction", "promptdismiss", "propertychange", "push", "ratechange",
	"readystatechange", "redo", "rejectionhandled", "repeat", "reset", "resize", "resizeend",
	"resizestart", "resourcetimingbufferfull", "result", "resume", "reverse", "rowdelete",
	"rowenter", "rowexit", "rowinserted", "rowsdelete", "rowsenter", "rowsexit", "rowsinserted",
	"scroll", "scrollend", "scrollsnapchange", "scrollsnapchanging", "search",
	"securitypolicyviolation", "seek", "seeked", "seeking", "select", "selectend",
	"selectionchange", "selectstart", "show", "slotchange", "sort", "soundend", "soundstart",
	"speechend", "speechstart", "stalled", "start", "stop", "storage", "submit", "success",
	"suspend", "synchrestored", "syncrestored", "targetinview", "timeerror", "timeout", "timer",
	"timeupdate", "toggle", "touchcancel", "touchend", "touchmove", "touchstart", "trackchange",
	"transitioncancel", "transitionend", "transitionrun", "transitionstart", "undo",
	"unhandledrejection", "unload", "upgradeneeded", "urlflip", "userproximity",
	"validationstatuschange", "visibilitychange", "voiceschanged", "volumechange", "waiting",
	"waitingforkey", "webkitanimationend", "webkitanimationiteration", "webkitanimationstart",
	"webkitfullscreenchange", "webkitfullscreenerror", "webkitmouseforcechanged",
	"webkitmouseforcedown", "webkitmouseforceup", "webkitmouseforcewillbegin",
	"webkitplaybacktargetavailabilitychanged", "webkitpresentationmodechanged",
	"webkittransitionend", "webkitwillrevealbottom", "wheel", "zoom",
};

/* Those which a browser follows or loads, and the values of animations. */
static const char *const html_url_attributes[] = {
	"action", "archive",  "background", "by",       "classid",    "code",        "codebase",   "content",
	"data",   "data-src", "dynsrc",     "folder",   "formaction", "from",        "href",       "icon",
	"link",   "longdesc", "lowsrc",     "manifest", "ping",       "pluginspage", "poster",     "profile",
	"src",    "srcset",   "to",         "url",      "usemap",     "values",      "xlink:href",
};

#endif
