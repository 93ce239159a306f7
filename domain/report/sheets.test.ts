import { describe, expect, test } from 'vitest';
import { PAPER, readableOn } from '../brand/contrast';
import { certificateSheet } from './certificate';
import { executiveSheet } from './executive';
import { certificateFacts, executiveFacts, packFacts } from './facts.fixture';
import { packSheet } from './pack';
import { dayMark } from './period-facts';
import { previewSheet } from './preview-sheet';
import { type ReportChoices, STANDARD_CHOICES } from './report-template';
import type { Block } from './sheet';
import { durationWords, numberWords, sizeWords, timeIn } from './words';

const textOf = (value: unknown): string => JSON.stringify(value);

describe('a certificate', () => {
  test('of a failed test proves that it failed and nothing else', () => {
    const text = textOf(certificateSheet(certificateFacts({ result: 'failed' })).blocks);
    expect(text).toContain('That the test was made and failed');
    expect(text).not.toContain('could be read');
  });

  test.each(['error', 'skipped'] as const)('of a test that ended %s proves nothing', (result) => {
    expect(textOf(certificateSheet(certificateFacts({ result })).blocks)).toContain(
      'Nothing: the test did not come',
    );
  });

  test.each(['L0', 'L1', 'L2', 'L3'] as const)('of level %s is no restore test by name', (level) => {
    const sheet = certificateSheet(certificateFacts({ level }));
    expect(sheet.title).toContain('not a restore test');
    expect(textOf(sheet)).not.toContain('Restore-test certificate');
  });

  test('of a sample says that it proves nothing of the rest, and whose time is extrapolated', () => {
    const { recovery, selection } = certificateFacts().record;
    const text = textOf(
      certificateSheet(
        certificateFacts({
          recovery: { ...recovery, basis: 'extrapolated', seconds: null, forecastSeconds: 7200 },
          selection: { ...selection, how: 'random', population: 5000, seed: 's-1' },
        }),
      ),
    );
    expect(text).toContain('That files outside the sample can be restored.');
    expect(text).toContain('about 2 h, extrapolated from 412.0 GiB');
  });
});

test('runs that only imported files tell of are told apart, and change no other figure', () => {
  const imported = { importedRuns: { success: 58, warning: 3, failed: 1 } };
  const sentence =
    'Besides, files that were imported from another tool tell of 62 runs of this period: 58 good, 3 with warnings, 1 failed. They count in none of the figures here.';
  for (const [facts, sheet] of [
    [executiveFacts(2), executiveSheet],
    [packFacts(5), packSheet],
  ] as const) {
    const bare = sheet(facts as never).blocks;
    const blocks = sheet({ ...facts, ...imported } as never).blocks;
    expect(textOf(bare)).not.toContain('imported');
    expect(textOf(blocks)).toContain(sentence);
    expect(blocks.filter((block) => !textOf(block).includes(sentence))).toEqual(bare);
  }
});

describe('an executive report', () => {
  test.each([
    [0, 'No system was under protection.'],
    [1, 'The one system was protected as agreed at the end of the month.'],
    [2, 'All 2 systems were protected as agreed at the end of the month.'],
    [
      7,
      '6 of 7 systems were protected as agreed at the end of the month. One was not: X-ray and MRI archive.',
    ],
  ])('of %i systems begins with the answer', (systems, headline) => {
    expect(executiveSheet(executiveFacts(systems)).headline).toBe(headline);
  });

  test('counts what nobody knows as not protected', () => {
    const facts = executiveFacts(2);
    const systems = facts.systems.map((system) => ({ ...system, statusAtEnd: 'unknown' as const }));
    expect(executiveSheet({ ...facts, systems }).headline).toBe(
      '0 of 2 systems were protected as agreed at the end of the month. Of 2 nobody knows.',
    );
  });
});

describe('an executive report by a template', () => {
  const facts = executiveFacts(7);
  const made = (changed: Partial<ReportChoices>) =>
    executiveSheet({
      ...facts,
      template: { templateId: null, version: 1, ...STANDARD_CHOICES, ...changed },
    });
  const headings = (blocks: readonly Block[]): string[] =>
    blocks.flatMap((block) => {
      if (block.block === 'columns') return [...headings(block.left), '|', ...headings(block.right)];
      return block.block === 'heading' ? [block.text] : [];
    });

  test('of the standard’s choices is the standard report', () => {
    expect(made({})).toEqual(executiveSheet(facts));
    expect(headings(executiveSheet(facts).blocks)).toEqual([
      'Every system, every day',
      'What you should know',
      '|',
      'Time to be back, against the promise',
      'Risks that were accepted',
      'What was really restored',
      'How to read this',
    ]);
  });

  test('has its sections in its order, narrow neighbours beside each other, and says that some were left out', () => {
    const { blocks, headline, lead } = made({
      sections: ['risks', 'points', 'how-to-read', 'every-day', 'figures'],
      foreword: 'One\nline.\n\nAnother.',
    });
    expect(headings(blocks)).toEqual([
      'A word from Tiderock IT',
      'Risks that were accepted',
      '|',
      'What you should know',
      'How to read this',
      'Every system, every day',
    ]);
    expect(blocks.slice(1, 3)).toEqual([
      { block: 'text', text: 'One line.', isMuted: false },
      { block: 'text', text: 'Another.', isMuted: false },
    ]);
    expect(textOf(blocks.slice(-1))).toContain('left out 2 sections of the standard one');
    expect({ headline, lead }).toEqual({
      headline: executiveSheet(facts).headline,
      lead: executiveSheet(facts).lead,
    });
  });

  test('gives a section that stands alone the whole width', () => {
    const alone = made({ sections: ['points', 'figures', 'risks', 'every-day', 'how-to-read'] });
    expect(headings(alone.blocks)).not.toContain('|');
    const none = executiveSheet({
      ...facts,
      waivers: [],
      template: {
        templateId: null,
        version: 1,
        ...STANDARD_CHOICES,
        sections: ['figures', 'points', 'risks', 'every-day', 'how-to-read'],
      },
    });
    expect(headings(none.blocks)).toEqual([
      'What you should know',
      'Every system, every day',
      'How to read this',
    ]);
  });

  test('tells its time as it was chosen, and its colour as far as it can be read', () => {
    expect(made({ periodWording: 'days' }).title).toContain('1 October 2026 to 31 October 2026');
    expect(executiveSheet({ ...facts, msp: { ...facts.msp, colour: '#ffdd00' } }).colour).toBe(
      readableOn('#ffdd00', PAPER),
    );
  });

  test('that is previewed says so and claims nothing, and a long table is cut', () => {
    const sheet = previewSheet(packSheet(packFacts(200)));
    expect(sheet).toMatchObject({ isPreview: true, attachment: 'preview.json' });
    expect(textOf(sheet.footer)).not.toContain('Signed');
    expect(sheet.title).toMatch(/^Preview: /);
    expect(textOf(sheet.blocks)).toContain('Preview: the first 60 of 200 rows.');
    for (const block of sheet.blocks)
      expect(block.block === 'table' && block.isLong ? block.rows.length : 0).toBeLessThanOrEqual(60);
  });
});

describe('a pack', () => {
  test('says of clauses what is missing', () => {
    const text = textOf(packSheet(packFacts(0)).blocks);
    expect(text).toContain('none in the period: a gap');
    expect(text).toContain('nothing was agreed: a gap');
  });

  test.each(['PCI requires restore', 'SOX requires', 'restore tested', '7-year'])(
    'never prints %s',
    (phrase) => {
      for (const framework of ['PCI DSS 4.0', 'SOX', 'HIPAA'])
        expect(textOf(packSheet({ ...packFacts(10), framework }))).not.toContain(phrase);
    },
  );

  test('shows every stretch of days that is a gap', () => {
    const table = packSheet(packFacts(5)).blocks.find(
      (block) => block.block === 'table' && block.columns[1]?.name === 'First day',
    );
    expect(table?.block === 'table' && table.rows.map((row) => row.slice(0, 4))).toEqual([
      ['Shared documents', '2026-10-14', '2026-10-14', '1'],
      ['Dover sign-in server', '2026-10-10', '2026-10-10', '1'],
      ['Mailboxes', '2026-10-05', '2026-10-05', '1'],
    ]);
  });
});

test.each([
  [{ success: 1, warning: 0, failed: 0 }, { missed: 0, excused: 0, unknown: 0 }, 'success'],
  [{ success: 1, warning: 0, failed: 1 }, { missed: 1, excused: 0, unknown: 0 }, 'failed'],
  [{ success: 1, warning: 0, failed: 0 }, { missed: 1, excused: 0, unknown: 0 }, 'missed'],
  [{ success: 1, warning: 0, failed: 0 }, { missed: 0, excused: 0, unknown: 1 }, 'no-data'],
  [{ success: 0, warning: 1, failed: 0 }, { missed: 0, excused: 0, unknown: 1 }, 'warning'],
  [{ success: 0, warning: 0, failed: 0 }, { missed: 0, excused: 2, unknown: 0 }, 'excused'],
  [{ success: 0, warning: 0, failed: 0 }, { missed: 0, excused: 0, unknown: 0 }, 'not-scheduled'],
])('a day with %o and %o is %s', (runs, due, mark) => {
  expect(dayMark(runs, due)).toBe(mark);
});

test('words are the same on every machine', () => {
  expect([0, 59, 60, 5820, 90_000, 172_800].map(durationWords)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h 37 min',
    '1 d 1 h',
    '2 d',
  ]);
  expect([0, 999, 1000, 48_216_903].map(numberWords)).toEqual(['0', '999', '1,000', '48,216,903']);
  expect([0, 1023, 1024, 412 * 2 ** 30].map(sizeWords)).toEqual(['0 B', '1023 B', '1.0 KiB', '412.0 GiB']);
  expect(timeIn(Date.UTC(2026, 9, 21, 6, 10), 'America/New_York')).toBe('21 October 2026, 02:10:00 (UTC−4)');
  expect(timeIn(Date.UTC(2026, 9, 21, 6, 10), 'Asia/Kolkata')).toBe('21 October 2026, 11:40:00 (UTC+5:30)');
});
