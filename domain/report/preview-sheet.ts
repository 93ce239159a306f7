import type { Block, Sheet } from './sheet';
import { numberWords } from './words';

/** Rows of a long table that a preview prints. */
const ROWS_MAX = 60;

/**
 * A sheet as a preview prints it: the same pages, marked on each, without what only a document may say of itself. Long tables are cut, and say
 * so: nobody waits for the ten thousand rows of a pack to see how it looks.
 */
export function previewSheet(sheet: Sheet): Sheet {
  return {
    ...sheet,
    isPreview: true,
    title: `Preview: ${sheet.title}`,
    description: `Preview, not a document. ${sheet.description}`,
    eyebrow: `Preview, not a document · ${sheet.eyebrow}`,
    footer: [
      'Preview: it is not signed, is kept nowhere, and proves nothing.',
      'The document that is made of it says here how anyone can check it.',
    ],
    attachment: 'preview.json',
    blocks: sheet.blocks.flatMap(shortened),
  };
}

/** What is attached to a preview in the place of facts, as canonical JSON. */
export const PREVIEW_FACTS = { preview: true } as const;

function shortened(block: Block): Block[] {
  if (block.block !== 'table' || !block.isLong || block.rows.length <= ROWS_MAX) return [block];
  const text = `Preview: the first ${ROWS_MAX} of ${numberWords(block.rows.length)} rows. The document has all of them.`;
  return [
    { ...block, rows: block.rows.slice(0, ROWS_MAX) },
    { block: 'text', text, isMuted: true },
  ];
}
