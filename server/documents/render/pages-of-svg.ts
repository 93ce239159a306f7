/** What the engine begins and ends each page with, and what all pages share, as children of the root. */
const GROUND = /^ {4}<path class="typst-shape" fill="#ffffff"[^>]*\/>$/;
const SHARED = /^ {4}<defs /;
const SIZE = /viewBox="0 0 ([\d.]+) ([\d.]+)"/;
const SYMBOL = /<symbol id="([^"]+)"[^]*?<\/symbol>/g;

/**
 * Parts the one SVG that the engine makes of all pages, one below the other, into pictures of the first pages, each with the letters that it
 * needs. Pages are all of one size.
 * @throws Error where it is not parted as it was when this was written: no picture is better than half a page
 */
export function pagesOfSvg(svg: string, pages: number, picturesMax: number): string[] {
  const size = SIZE.exec(svg);
  const lines = svg.split('\n');
  const starts = lines.flatMap((line, index) => (GROUND.test(line) ? [index] : []));
  const end = lines.findIndex((line) => SHARED.test(line));
  if (!size || starts.length !== pages || end < 0)
    throw new Error(`the SVG of ${pages} pages has ${starts.length}`);
  const [width, height] = [Number(size[1]), Number(size[2]) / pages];
  const shared = lines.slice(end, lines.lastIndexOf('</svg>')).join('\n');
  return starts.slice(0, picturesMax).map((start, page) => {
    const body = lines.slice(start + 1, starts[page + 1] ?? end).join('\n');
    const letters = shared.replaceAll(SYMBOL, (symbol, id: string) =>
      body.includes(`"#${id}"`) ? symbol : '',
    );
    return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 ${page * height} ${width} ${height}" width="${width}" height="${height}"><rect y="${page * height}" width="100%" height="100%" fill="#ffffff"/>${body}${letters}</svg>`;
  });
}
