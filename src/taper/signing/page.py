"""The page for a phone that checks a code: one file, which asks nobody.

It knows the public keys that were put into it, and checks a signature with what browsers have for
that (WebCrypto's Ed25519); one that lacks it is told so, and never that a code is good.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from taper.signing.codes import FORM

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Check the code of a paper</title>
<style>
body { font: 1.2rem/1.5 sans-serif; max-width: 34rem; margin: 1rem auto; padding: 0 1rem;
 color: #000; background: #fff }
textarea { font: 1rem/1.4 monospace; width: 100%; height: 9rem; box-sizing: border-box }
button { font: inherit; padding: .4rem 1.2rem }
output { display: block; margin-top: 1rem; padding: .6rem; border: 3px solid #000;
 white-space: pre-line }
output:empty { display: none }
h1 { font-size: 1.6rem }
</style>
</head>
<body>
<h1>Check the code of a paper</h1>
<p>Scan the code with the phone's camera, copy its text, and put it here. Nothing leaves the
phone.</p>
<p><label>The code <textarea id="code" autocomplete="off" spellcheck="false"></textarea></label></p>
<p><button id="check" type="button">Check</button></p>
<output id="said" role="status"></output>
<noscript><p>This page needs its script, which your browser does not run.</p></noscript>
<script>
"use strict";
const KEYS = %(keys)s;
const FORM = new RegExp("^(?:" + %(form)s + ")$");
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer),
  (each) => each.toString(16).padStart(2, "0")).join("");
const unpacked = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/") + "=="), (each) => each.charCodeAt(0));

async function isOf(key, signature, content) {
  const known = await crypto.subtle.importKey(
    "raw", bytes(key), {name: "Ed25519"}, false, ["verify"]);
  return crypto.subtle.verify({name: "Ed25519"}, known, signature, content);
}

async function judged(typed) {
  const found = FORM.exec(typed.replace(/\\s+/g, ""));
  if (!found) return "NOT CHECKED: this is no code of a paper.";
  const {participant: who, plan, revision, issued, document, check, key, signature} = found.groups;
  const said = ["TAPER1", who, plan, revision, issued, document].join("/");
  if (!globalThis.crypto || !crypto.subtle)
    return "NOT CHECKED: this browser cannot check a signature here. Use another one.";
  const words = new TextEncoder();
  const digest = hex(await crypto.subtle.digest("SHA-256", words.encode(said)));
  if (digest.slice(0, 8) !== check) return "NOT CHECKED: misread; scan the code again.";
  const about = "\\n" + who + ", " + document + ", plan " + plan.slice(0, 8)
    + (revision === "-" ? "" : ", revision " + revision) + ", issued on " + issued;
  if (!key) return "NOT PROVED: the code is not signed." + about;
  const known = KEYS.filter((each) => each.startsWith(key));
  if (!known.length) return "NOT PROVED: signed by a key that is not known here." + about;
  const content = words.encode("taper-code/1\\n" + said);
  try {
    for (const each of known)
      if (await isOf(each, unpacked(signature), content))
        return "SIGNED by a known key." + about
          + "\\nCompare these with the paper. The site knows whether it was replaced.";
  } catch (lacking) {
    return "NOT CHECKED: this browser lacks Ed25519. Use a newer one.";
  }
  return "FORGED: the signature is not over this code.";
}

const code = document.getElementById("code"), said = document.getElementById("said");
// what was said of one code must not stand below another
code.addEventListener("input", () => { said.textContent = ""; });
document.getElementById("check").addEventListener("click", async () => {
  const typed = code.value;
  said.textContent = "";
  const answer = await judged(typed);
  if (code.value === typed) said.textContent = answer;
});
</script>
</body>
</html>
"""


def html(keys: Sequence[str]) -> str:
    """The page, with the public keys that it knows; the same keys give the same page."""
    form = FORM.replace("?P<", "?<")  # as JavaScript names a group
    return _PAGE.replace("%(keys)s", json.dumps(list(keys))).replace("%(form)s", json.dumps(form))
