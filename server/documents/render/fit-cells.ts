import type { Block, Cell } from '@/domain/report/sheet';

/** Points of a millimetre, and what a cell of a long table leaves free at its sides. */
const MM = 72 / 25.4;
const SIDES = 6.5;
const SIZE = 7;
const ELLIPSIS = '…';
/** What stands before a marked text. */
const SIGN = '● ';

/**
 * Cuts the texts of long tables to their columns, so that the engine need not measure them: their rows are one line high.
 * @param advance of a code point, in parts of the font's size
 */
export function fitCells(block: Block, advance: (codePoint: number) => number): Block {
  if (block.block !== 'table' || !block.isLong) return block;
  const widths = block.columns.map(({ width }) => ((width ?? 0) * MM - SIDES) / SIZE);
  const fit = (cell: Cell, index: number): Cell => {
    const width = widths[index] ?? 0;
    if (typeof cell === 'string') return cut(cell, width, advance);
    return { ...cell, text: cut(cell.text, width - widthOf(SIGN, advance), advance) };
  };
  return { ...block, rows: block.rows.map((row) => row.map(fit)) };
}

function cut(text: string, width: number, advance: (codePoint: number) => number): string {
  if (widthOf(text, advance) <= width) return text;
  let left = width - widthOf(ELLIPSIS, advance);
  let kept = '';
  for (const character of text) {
    left -= advance(character.codePointAt(0) ?? 0);
    if (left < 0) break;
    kept += character;
  }
  return kept + ELLIPSIS;
}

function widthOf(text: string, advance: (codePoint: number) => number): number {
  let width = 0;
  for (const character of text) width += advance(character.codePointAt(0) ?? 0);
  return width;
}
