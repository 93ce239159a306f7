import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Block, Cell, Column, DayMark, Mark, Sheet } from '@/domain/report/sheet';

/** A sheet as a page that a browser prints: the same texts, tables whose heads are repeated, the same figures, in the same font. */
export function sheetHtml(sheet: Sheet): string {
  return `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>${escaped(sheet.title)}</title><style>${STYLE}</style></head><body>
<header><b style="color:${sheet.colour}">${escaped(sheet.author)}</b><span>${sheet.addressee.map(escaped).join('<br>')}</span></header>
<p class="small">${escaped(sheet.eyebrow)}</p><h1>${escaped(sheet.headline)}</h1><p class="lead">${escaped(sheet.lead)}</p>
${sheet.blocks.map((block) => blockHtml(block, sheet)).join('\n')}</body></html>`;
}

/** What stands at the foot of each page. */
export function footHtml(sheet: Sheet): string {
  return `<div style="font-size:7px;margin:0 20mm;width:100%;display:flex;justify-content:space-between">
<span>${sheet.footer.map(escaped).join('<br>')}</span><span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`;
}

const FACES = [
  [400, '400Regular'],
  [500, '500Medium'],
  [600, '600SemiBold'],
  [700, '700Bold'],
].map(([weight, name]) => {
  const file = pathToFileURL(path.resolve(`node_modules/@expo-google-fonts/inter/${name}/Inter_${name}.ttf`));
  return `@font-face{font-family:Inter;font-weight:${weight};src:url("${file.href}")}`;
});

const STYLE = `${FACES.join('')}
@page{size:A4;margin:18mm 20mm 21mm}
body{font:8.5pt/1.4 Inter;color:#15171c;margin:0}
header{display:flex;justify-content:space-between;margin-bottom:8mm;font-size:7.5pt}
h1{font-size:19pt;font-weight:600;margin:0}h2{font-size:9.5pt;font-weight:600;margin:13pt 0 6pt;break-after:avoid}
h3{font-size:8.5pt;font-weight:600;margin:9pt 0 6pt;break-after:avoid}
p{margin:6pt 0}.lead{font-size:10pt}.small,small{font-size:7.5pt;color:#5b6170}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:3pt;border-bottom:.4pt solid #d9dce3;font-weight:400}
thead{display:table-header-group}tr{break-inside:avoid}
table.long{table-layout:fixed;font-size:7pt;font-variant-numeric:tabular-nums}
table.long td,table.long th{height:11.6pt;padding:0 3pt;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
table.long th{font-weight:600;color:#5b6170}
.row{display:flex;gap:8mm;break-inside:avoid}.row>*{flex:1;min-width:0}
.figures{border-top:.8pt solid;border-bottom:.5pt solid #d9dce3;padding:7pt 0}.figures b{font-size:13pt;font-weight:600}
.note{border-bottom:.5pt solid #d9dce3;padding:6pt 0;break-inside:avoid}
.bar{position:relative;height:5pt;background:#f6f7f9}.bar i{position:absolute;top:0;height:5pt}
.days i{display:inline-block;width:6pt;margin-right:1pt}
.good{color:#17753f}.warning{color:#96500a}.bad{color:#b42332}.unknown{color:#5b6170}`;

const SIGN: Readonly<Record<Mark, string>> = {
  good: '● ',
  warning: '▲ ',
  bad: '■ ',
  unknown: '○ ',
  plain: '',
};
const DAY: Readonly<Record<DayMark, string>> = {
  success: '4pt;background:#2f9e63',
  warning: '6pt;background:#c27803',
  failed: '8pt;background:#b42332',
  missed: '7pt;border:.7pt solid #b42332',
  excused: '1.6pt;background:#5f86b3',
  'not-scheduled': '.8pt;background:#5b6170',
  'no-data': '5pt;border:.6pt dotted #5b6170',
};

function blockHtml(block: Block, sheet: Sheet): string {
  switch (block.block) {
    case 'heading':
      return `<h${block.level} id="${escaped(block.text)}">${escaped(block.text)}</h${block.level}>${smallHtml(block.aside)}`;
    case 'text':
      return `<p${block.isMuted ? ' class="small"' : ''}>${escaped(block.text)}</p>`;
    case 'figures':
      return `<div class="row figures">${block.figures
        .map(
          (one) =>
            `<div><small>${escaped(one.label)}</small><br><b class="${one.mark}">${escaped(one.value)}</b> <small>${escaped(one.unit)}<br>${escaped(one.note)}</small></div>`,
        )
        .join('')}</div>`;
    case 'columns':
      return `<div class="row">${[block.left, block.right]
        .map((side) => `<div>${side.map((one) => blockHtml(one, sheet)).join('')}</div>`)
        .join('')}</div>`;
    case 'table':
      return tableHtml(block.columns, block.rows, block.isLong);
    case 'pairs':
      return `<table>${block.pairs
        .map(
          ([name, value]) =>
            `<tr><td style="width:26mm"><small>${escaped(name)}</small></td><td>${escaped(value)}</td></tr>`,
        )
        .join('')}</table>`;
    case 'points':
      return `<ul>${block.points.map((one) => `<li>${block.sign} ${escaped(one)}</li>`).join('')}</ul>`;
    case 'levels':
      return `<div class="row" role="img" aria-label="${escaped(block.alt)}">${block.levels
        .map((one) => `<div class="${one.state}"><b>${escaped(one.name)}</b><br>${escaped(one.text)}</div>`)
        .join('')}</div>`;
    case 'phases':
      return `<p>${block.texts.map(escaped).join(' ')} ${escaped(block.target)}</p>${barHtml(
        block.alt,
        block.phases.reduce((sum, { seconds }) => sum + seconds, 0),
        block.targetSeconds,
      )}`;
    case 'days':
      return `<table><thead><tr><th>System</th><th>${block.ticks.map(({ text }) => escaped(text)).join(' ')}</th><th>Status at the end</th><th>Last restore test</th></tr></thead>${block.rows
        .map(
          (row) =>
            `<tr><td>${escaped(row.name)}</td><td class="days" role="img" aria-label="${escaped(row.alt)}">${row.days
              .map((day) => `<i style="height:${DAY[day]}"></i>`)
              .join('')}</td><td>${cellHtml(row.status)}</td><td>${escaped(row.test)}</td></tr>`,
        )
        .join('')}</table>`;
    case 'bars':
      return block.bars
        .map(
          (bar) =>
            `<div class="row"><span>${escaped(bar.label)}</span><span>${escaped(bar.value)}</span></div>${barHtml(block.alt, bar.seconds ?? 0, bar.targetSeconds)}`,
        )
        .join('');
    case 'notes':
      return block.notes
        .map(
          (one) =>
            `<div class="note"><b class="${one.mark}">${SIGN[one.mark]}${escaped(one.title)}</b> ${escaped(one.text)}${smallHtml(one.foot)}</div>`,
        )
        .join('');
    case 'signatures':
      return `<div class="row">${block.signatures
        .map(
          (one) =>
            `<div><small>${escaped(one.role)}</small><br><b>${escaped(one.name)}</b>${smallHtml(one.text)}</div>`,
        )
        .join('')}</div>`;
    case 'contents':
      return `<h2>Contents</h2>${sheet.blocks
        .flatMap((one) =>
          one.block === 'heading' && one.level === 2
            ? [`<a href="#${encodeURIComponent(one.text)}">${escaped(one.text)}</a><br>`]
            : [],
        )
        .join('')}`;
    case 'page':
      return '<div style="break-after:page"></div>';
  }
}

function tableHtml(columns: readonly Column[], rows: readonly (readonly Cell[])[], isLong: boolean): string {
  const side = columns.map(({ align }) => (align === 'right' ? ' style="text-align:right"' : ''));
  const widths = columns
    .map(({ width }) => `<col${width === null ? '' : ` style="width:${width}mm"`}>`)
    .join('');
  const head = columns.map(({ name }, index) => `<th${side[index]}>${escaped(name)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${side[index]}>${cellHtml(cell)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<table${isLong ? ' class="long"' : ''}><colgroup>${widths}</colgroup><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
}

function cellHtml(cell: Cell): string {
  if (typeof cell === 'string') return escaped(cell);
  return `<span class="${cell.mark}">${SIGN[cell.mark]}${escaped(cell.text)}</span>`;
}

function barHtml(alt: string, seconds: number, target: number | null): string {
  const whole = Math.max(1, seconds, (target ?? 0) * 1.25);
  const mark =
    target === null ? '' : `<i style="left:${(target / whole) * 100}%;width:1.4pt;background:#15171c"></i>`;
  return `<div class="bar" role="img" aria-label="${escaped(alt)}"><i style="width:${(seconds / whole) * 100}%;background:#434752"></i>${mark}</div>`;
}

const smallHtml = (text: string): string => (text === '' ? '' : `<div class="small">${escaped(text)}</div>`);
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
