import { DARK_GROUND, PAPER, readableOn } from '../brand/contrast';
import { escapeHtml } from './escape-html';

/** How a mail's reader has it: as their device says, or, in a preview, one of the two. */
export type MailScheme = 'auto' | 'light' | 'dark';

/** A whole line that is an address. */
const ADDRESS = /^https?:\/\/[^\s<>"]+$/;

/**
 * A mail of plain words as HTML, with the MSP's name in its colour on top: the same words in the same order, nothing fetched from anywhere. The
 * colour is used as far as it can be read, on light and on dark.
 * @param mail paragraphs are parted by empty lines; a line that is an address is a link, and one that stands alone a button above it
 */
export function brandedMail(
  { subject, text }: { readonly subject: string; readonly text: string },
  { name, colour }: { readonly name: string; readonly colour: string },
  scheme: MailScheme = 'auto',
): string {
  const [light, dark] = [readableOn(colour, PAPER), readableOn(colour, DARK_GROUND)];
  const when = scheme === 'auto' ? 'screen and (prefers-color-scheme:dark)' : 'screen';
  const night = `@media ${when}{body{background:${DARK_GROUND}!important;color:#eef0f4!important}.brand,.link{color:${dark}!important}.rule{border-color:${dark}!important}}`;
  const style = scheme === 'light' ? '' : `<style>${night}</style>`;
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => paragraphHtml(paragraph.split('\n'), light));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title>${style}</head><body style="margin:0;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#14161b;background:${PAPER}"><div style="max-width:600px"><p class="brand rule" style="margin:0 0 20px;padding-bottom:10px;border-bottom:2px solid ${light};font-size:18px;font-weight:600;color:${light}">${escapeHtml(name)}</p>
${paragraphs.join('\n')}
</div></body></html>`;
}

function paragraphHtml(lines: readonly string[], colour: string): string {
  const [only = ''] = lines;
  if (lines.length === 1 && ADDRESS.test(only))
    return `<p style="margin:0 0 16px"><a href="${escapeHtml(only)}" style="display:inline-block;padding:9px 16px;border-radius:6px;background:${colour};color:#ffffff;font-weight:600;text-decoration:none">Open it</a></p>
<p style="margin:0 0 16px;font-size:13px;overflow-wrap:anywhere">${linkHtml(only, colour)}</p>`;
  const html = lines.map((line) => (ADDRESS.test(line) ? linkHtml(line, colour) : escapeHtml(line)));
  const parted = html.reduce((said, line, at) => `${said}${gapBefore(lines, at)}${line}`, '');
  return `<p style="margin:0 0 16px;overflow-wrap:anywhere">${parted}</p>`;
}

/** Lines were broken for readers of plain text; points of a list and addresses keep theirs. */
function gapBefore(lines: readonly string[], at: number): string {
  if (at === 0) return '';
  const isKept = [lines[at], lines[at - 1]].some((line = '') => /^[-(]/.test(line) || ADDRESS.test(line));
  return isKept ? '<br>' : ' ';
}

function linkHtml(address: string, colour: string): string {
  return `<a class="link" href="${escapeHtml(address)}" style="color:${colour}">${escapeHtml(address)}</a>`;
}
