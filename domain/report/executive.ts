import { PAPER, readableOn } from '../brand/contrast';
import type { Status } from '../protection/verdict';
import { dayOf, dayWords, countWords, dayIn, durationWords, listWords, numberWords } from './words';
import {
  type FindingFacts,
  importedRunWords,
  type PeriodFacts,
  restoreTestsOf,
  standingCounts,
  type SystemFacts,
} from './period-facts';
import { daysOf } from './period';
import {
  leftOutSections,
  paragraphsOf,
  periodInWords,
  type ReportSection,
  sectionName,
  STANDARD_CHOICES,
  type UsedTemplate,
} from './report-template';
import type { Block, Cell, DayMark, Mark, Note, PromiseBar, Sheet } from './sheet';

/** The facts of an executive report: one client, one month. */
export interface ExecutiveFacts extends PeriodFacts {
  readonly kind: 'executive-report';
  readonly format: 1;
  /** Left out: the standard one. */
  readonly template?: UsedTemplate;
}

const NOTES_MAX = 6;
const BARS_MAX = 8;
const NAMES_MAX = 3;
const TESTS_MAX = 12;

/** A month for a client's leadership: are we protected, what was really restored, what is open. */
export function executiveSheet(facts: ExecutiveFacts): Sheet {
  const { msp, client, period, template = STANDARD_CHOICES } = facts;
  const month = periodInWords(period.firstOn.slice(0, 7), template.periodWording);
  return {
    title: `Backup and recovery report, ${month}: ${client.name}`,
    description: `Backup and recovery report for ${client.name}`,
    author: msp.name,
    colour: readableOn(msp.colour, PAPER),
    hasLogo: msp.hasLogo,
    madeAt: facts.madeAt,
    eyebrow: `Backup and recovery report, ${period.isOver ? month : `${month} up to ${madeOn(facts)}`}`,
    headline: headline(facts),
    lead: lead(facts),
    addressee: [`Prepared for ${client.name}`, `by ${msp.name}, ${madeOn(facts)}`],
    footer: [
      `Report ${facts.documentId}, built to PDF/A-3a; its figures are attached as JSON. From ${countWords(facts.runs.total, 'run report')} and ${countWords(restoreTestsOf(facts.tests).length, 'restore-test record')}; days of ${client.timeZone}.`,
      `Signed electronically for ${msp.name}. Anyone can check it: ${facts.verifyUrl}`,
    ],
    isLandscape: false,
    attachment: 'report.json',
    blocks: [
      ...foreword(facts, template.foreword),
      ...arranged(template.sections).flatMap((part) => blocksOf(part, facts)),
      ...leftOut(template.sections),
    ],
  };
}

/** Sections that are narrow enough to stand beside each other, where they follow each other. */
const NARROW: readonly ReportSection[] = ['points', 'recovery', 'risks'];

/** The sections as they are set: one after the other, and narrow neighbours together. */
function arranged(sections: readonly ReportSection[]): (readonly ReportSection[])[] {
  const parts: ReportSection[][] = [];
  for (const section of sections) {
    const last = parts.at(-1);
    if (last?.[0] && NARROW.includes(section) && NARROW.includes(last[0])) last.push(section);
    else parts.push([section]);
  }
  return parts;
}

/** Of neighbours the first has a column of its own; one that stands alone, or beside what has nothing to tell, has the whole width. */
function blocksOf([first, ...others]: readonly ReportSection[], facts: ExecutiveFacts): Block[] {
  const left = first ? sectionBlocks(first, facts) : [];
  const right = others.flatMap((section) => sectionBlocks(section, facts));
  if (left.length === 0 || right.length === 0) return [...left, ...right];
  return [{ block: 'columns', left, right }];
}

function sectionBlocks(section: ReportSection, facts: ExecutiveFacts): Block[] {
  switch (section) {
    case 'figures':
      return [figures(facts)];
    case 'every-day':
      return everyDay(facts);
    case 'points':
      return [heading(sectionName('points')), ...notes(facts)];
    case 'recovery':
      return [heading(sectionName('recovery')), ...promises(facts)];
    case 'risks':
      return decisions(facts);
    case 'tests':
      return tests(facts);
    case 'how-to-read':
      return glossary();
  }
}

/** The MSP's own words, and whose they are: what follows is counted, this is not. */
function foreword({ msp }: ExecutiveFacts, words: string): Block[] {
  const paragraphs = paragraphsOf(words);
  if (paragraphs.length === 0) return [];
  return [
    heading(`A word from ${msp.name}`, 'In their own words; nothing of it was checked.'),
    ...paragraphs.map((paragraph) => text(paragraph)),
  ];
}

function leftOut(sections: readonly ReportSection[]): Block[] {
  const count = leftOutSections({ sections }).length;
  if (count === 0) return [];
  const words = `Whoever made this report left out ${countWords(count, 'section')} of the standard one. The facts of ${count === 1 ? 'it' : 'them'} are in the attached JSON.`;
  return [text(words, true)];
}

const heading = (text: string, aside = ''): Block => ({ block: 'heading', level: 2, text, aside });
const text = (words: string, isMuted = false): Block => ({ block: 'text', text: words, isMuted });

function madeOn({ madeAt, client }: ExecutiveFacts): string {
  return dayIn(Date.parse(madeAt), client.timeZone);
}

function headline({ systems, period }: ExecutiveFacts): string {
  const when = period.isOver ? 'at the end of the month' : 'when this was written';
  const counts = standingCounts(systems, 'statusAtEnd');
  if (counts.all === 0) return 'No system was under protection.';
  if (counts.protected === counts.all)
    return counts.all === 1
      ? `The one system was protected as agreed ${when}.`
      : `All ${numberWords(counts.all)} systems were protected as agreed ${when}.`;
  const first = `${numberWords(counts.protected)} of ${countWords(counts.all, 'system')} ${counts.protected === 1 ? 'was' : 'were'} protected as agreed ${when}.`;
  const not = systems.filter(({ statusAtEnd }) => statusAtEnd === 'non-compliant').map(({ name }) => name);
  const rest =
    not.length === 0 ? '' : ` ${not.length === 1 ? 'One was' : `${not.length} were`} not: ${someOf(not)}.`;
  const unknown = counts.unknown === 0 ? '' : ` Of ${numberWords(counts.unknown)} nobody knows.`;
  return `${first}${rest}${unknown}`;
}

function someOf(names: readonly string[]): string {
  if (names.length <= NAMES_MAX) return listWords(names);
  return `${names.slice(0, NAMES_MAX).join(', ')} and ${names.length - NAMES_MAX} more`;
}

function lead(facts: ExecutiveFacts): string {
  const made = restoreTestsOf(facts.tests);
  const passed = made.filter(({ result }) => result === 'passed').length;
  const open = facts.findings.filter(({ closedAt, severity }) => closedAt === null && severity !== 'note');
  const { atRisk } = standingCounts(facts.systems, 'statusAtEnd');
  const tested =
    made.length === 0
      ? 'Nothing was restored to try it: what follows rests on what the backups reported, not on proof.'
      : `${countWords(made.length, 'restore test')} ${made.length === 1 ? 'was' : 'were'} made; ${passed === made.length ? 'all of them passed' : `${numberWords(passed)} passed`}.`;
  const risk =
    atRisk === 0
      ? ''
      : ` ${countWords(atRisk, 'system')} ${atRisk === 1 ? 'was' : 'were'} at risk of falling short.`;
  const points =
    open.length === 0
      ? ' Nothing is open.'
      : ` ${countWords(causesOf(open).length, 'point')} ${causesOf(open).length === 1 ? 'is' : 'are'} open.`;
  return `${tested}${risk}${points}`;
}

function figures(facts: ExecutiveFacts): Block {
  const { runs, systems, tests: all, period } = facts;
  const now = standingCounts(systems, 'statusAtEnd');
  const before = standingCounts(
    systems.filter(({ statusAtStart }) => statusAtStart !== null),
    'statusAtStart',
  );
  const made = restoreTestsOf(all);
  const good = runs.success + runs.warning;
  const measured = systems
    .flatMap(({ recovery }) => (recovery?.basis === 'measured' ? [recovery.seconds] : []))
    .toSorted((a, b) => b - a)[0];
  return {
    block: 'figures',
    figures: [
      {
        label: 'Protected as agreed',
        value: numberWords(now.protected),
        unit: `of ${countWords(now.all, 'system')}`,
        note: before.all === 0 ? 'none a month before' : `at the start: ${before.protected} of ${before.all}`,
        mark: 'plain',
      },
      {
        label: 'Restore tests',
        value: numberWords(made.length),
        unit: 'made',
        note: made.length === 0 ? 'nothing was proven' : resultWords(made.map(({ result }) => result)),
        mark: 'plain',
      },
      {
        label: 'Backup runs',
        value: numberWords(good),
        unit: runs.due === null ? 'came' : `of ${numberWords(runs.due)} due`,
        note: `${numberWords(runs.failed)} failed, ${numberWords(runs.missed)} missed${runs.unknown > 0 ? `, ${numberWords(runs.unknown)} not known` : ''}`,
        mark: 'plain',
      },
      {
        label: 'Longest measured recovery',
        value: measured === undefined ? 'None' : durationWords(measured),
        unit: '',
        note: measured === undefined ? 'nothing was timed' : `up to ${dayWords(period.lastOn)}`,
        mark: 'plain',
      },
    ],
  };
}

function resultWords(results: readonly string[]): string {
  const words = {
    passed: 'passed',
    partial: 'partly passed',
    failed: 'failed',
    error: 'did not end',
    skipped: 'not made',
  };
  return Object.entries(words)
    .map(([result, word]) => ({ count: results.filter((one) => one === result).length, word }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`)
    .join(', ');
}

const STATUS: Readonly<Record<Status, Cell>> = {
  compliant: { text: 'Compliant', mark: 'good' },
  'at-risk': { text: 'At risk', mark: 'warning' },
  'non-compliant': { text: 'Non-compliant', mark: 'bad' },
  unknown: { text: 'Unknown', mark: 'unknown' },
};

function everyDay(facts: ExecutiveFacts): Block[] {
  const { systems, period } = facts;
  const days = daysOf(period);
  if (systems.length === 0)
    return [heading(sectionName('every-day')), text('No system was under protection in this month.')];
  return [
    heading(sectionName('every-day'), 'What the backups themselves reported, and what was really restored.'),
    {
      block: 'days',
      ticks: days.flatMap((day, index) =>
        index % 7 === 0 ? [{ index, text: String(Number(day.slice(8))) }] : [],
      ),
      rows: systems.map((system) => ({
        name: system.name,
        alt: `${system.name}: ${daysWords(system.days)}`,
        days: system.days,
        status:
          system.statusAtEnd === null
            ? { text: 'Not evaluated', mark: 'unknown' }
            : STATUS[system.statusAtEnd],
        test: lastTestWords(system, period.lastOn),
      })),
    },
    ...importedRuns(facts),
  ];
}

function importedRuns(facts: ExecutiveFacts): Block[] {
  const words = importedRunWords(facts);
  return words === null ? [] : [text(words, true)];
}

function daysWords(days: readonly DayMark[]): string {
  const words: Readonly<Record<DayMark, string>> = {
    success: 'good',
    warning: 'with warnings',
    failed: 'failed',
    missed: 'missed',
    excused: 'excused',
    'not-scheduled': 'not scheduled',
    'no-data': 'without data',
  };
  const counted = (Object.keys(words) as DayMark[])
    .map((mark) => ({ mark, count: days.filter((day) => day === mark).length }))
    .filter(({ count }) => count > 0)
    .map(({ mark, count }) => `${count} ${words[mark]}`);
  return `${countWords(days.length, 'day')}: ${listWords(counted)}.`;
}

function lastTestWords({ lastTest }: SystemFacts, lastOn: string): string {
  if (lastTest === null) return 'never restored';
  const day = dayWords(dayOf(lastTest.at, 'UTC')).replace(` ${lastOn.slice(0, 4)}`, '');
  return `${lastTest.level} · ${day}${lastTest.result === 'passed' ? '' : `, ${resultWords([lastTest.result]).slice(2)}`}`;
}

/** Findings by cause, worst first, then oldest: one cause is one point. */
function causesOf(
  findings: readonly FindingFacts[],
): { lead: FindingFacts; findings: readonly FindingFacts[] }[] {
  const byCause = new Map<string, FindingFacts[]>();
  for (const finding of findings)
    byCause.set(finding.causeKey, [...(byCause.get(finding.causeKey) ?? []), finding]);
  return [...byCause.values()]
    .flatMap((all) =>
      all[0] === undefined ? [] : [{ lead: all.toSorted(byHarm)[0] ?? all[0], findings: all }],
    )
    .toSorted((a, b) => byHarm(a.lead, b.lead));
}

const HARM = { critical: 0, warning: 1, note: 2 } as const;
function byHarm(a: FindingFacts, b: FindingFacts): number {
  return (
    HARM[a.severity] - HARM[b.severity] || a.openedAt - b.openedAt || (a.findingId < b.findingId ? -1 : 1)
  );
}

function notes(facts: ExecutiveFacts): Block[] {
  const told = facts.findings.filter(({ severity }) => severity !== 'note');
  const open = causesOf(told.filter(({ closedAt }) => closedAt === null));
  const closed = causesOf(told.filter(({ closedAt }) => closedAt !== null));
  const shown = [...open, ...closed].slice(0, NOTES_MAX);
  if (shown.length === 0) return [text('Nothing: the month went as it should.')];
  const left = open.length + closed.length - shown.length;
  return [
    { block: 'notes', notes: shown.map((cause) => noteOf(cause, facts)) },
    ...(left > 0 ? [text(`${countWords(left, 'more point')} in the attached JSON.`, true)] : []),
  ];
}

function noteOf(
  { lead: finding, findings }: { lead: FindingFacts; findings: readonly FindingFacts[] },
  { client }: ExecutiveFacts,
): Note {
  const systems = [...new Set(findings.flatMap(({ systemName }) => systemName ?? []))];
  const where = systems.length === 0 ? '' : `${someOf(systems)}: `;
  const { closedAt } = finding;
  return {
    mark: closedAt === null ? severityMark(finding.severity) : 'good',
    title: `${finding.title}.`,
    text: `${where}${finding.says}${finding.says.endsWith('.') ? '' : '.'}`,
    foot:
      closedAt === null
        ? `Open since ${dayIn(finding.openedAt, client.timeZone)} · ${finding.assignedTo ?? 'nobody assigned yet'} · ${finding.cure}`
        : `Closed ${dayIn(closedAt, client.timeZone)}`,
  };
}

function severityMark(severity: FindingFacts['severity']): Mark {
  return severity === 'critical' ? 'bad' : 'warning';
}

function promises({ systems }: ExecutiveFacts): Block[] {
  const timed = systems.filter(({ recovery }) => recovery !== null).slice(0, BARS_MAX);
  if (timed.length === 0) return [text('No restore was ever timed, so nobody can say how long it takes.')];
  const bars = timed.flatMap(({ name, recovery }): PromiseBar[] => {
    if (recovery === null) return [];
    const about = recovery.basis === 'extrapolated' ? 'about ' : '';
    const of =
      recovery.targetSeconds === null ? ', nothing agreed' : ` of ${durationWords(recovery.targetSeconds)}`;
    return [
      {
        label: name,
        value: `${about}${durationWords(recovery.seconds)}${of}`,
        seconds: recovery.seconds,
        targetSeconds: recovery.targetSeconds,
        basis: recovery.basis === 'measured' ? 'measured' : 'estimated',
      },
    ];
  });
  return [
    {
      block: 'bars',
      alt: `Time to recover against what was agreed: ${bars.map(({ label, value }) => `${label} ${value}`).join('; ')}.`,
      bars,
    },
    text('Solid: measured. Hatched: extrapolated from a smaller restore. Line: the promise.', true),
  ];
}

function decisions({ waivers, client }: ExecutiveFacts): Block[] {
  const running = waivers.filter(({ withdrawnAt }) => withdrawnAt === null);
  if (running.length === 0) return [];
  return [
    heading(sectionName('risks')),
    {
      block: 'notes',
      notes: running.slice(0, NOTES_MAX).map((waiver): Note => ({
        mark: 'unknown',
        title: `${waiver.subjectName}.`,
        text: waiver.reason,
        foot: `Accepted by ${waiver.approverName} until ${dayIn(waiver.validUntil, client.timeZone)}`,
      })),
    },
  ];
}

function tests({ tests: all, client }: ExecutiveFacts): Block[] {
  const made = restoreTestsOf(all);
  const others = all.length - made.length;
  if (made.length === 0) return [];
  return [
    heading(sectionName('tests'), 'Restore tests of level L4 and L5: data brought back and compared.'),
    {
      block: 'table',
      isLong: false,
      columns: [
        { name: 'Day', width: 34, align: 'left' },
        { name: 'System', width: null, align: 'left' },
        { name: 'Copy', width: null, align: 'left' },
        { name: 'Level', width: 12, align: 'left' },
        { name: 'Time', width: 20, align: 'right' },
        { name: 'Result', width: 26, align: 'left' },
      ],
      rows: made
        .slice(0, TESTS_MAX)
        .map((test) => [
          dayIn(test.at, client.timeZone),
          test.systemName,
          test.repository,
          test.level,
          test.recoverySeconds === null ? 'not timed' : durationWords(test.recoverySeconds),
          resultCell(test.result),
        ]),
    },
    ...(made.length > TESTS_MAX
      ? [text(`${countWords(made.length - TESTS_MAX, 'earlier test')} in the attached JSON.`, true)]
      : []),
    ...(others > 0
      ? [
          text(
            `Beside them ${countWords(others, 'check')} that ${others === 1 ? 'is no restore test' : 'are no restore tests'}: nothing was brought back and compared.`,
            true,
          ),
        ]
      : []),
  ];
}

/** How a test's result is shown. */
export function resultCell(result: string): Cell {
  const marks: Readonly<Record<string, Mark>> = {
    passed: 'good',
    partial: 'warning',
    failed: 'bad',
    error: 'bad',
  };
  const words = resultWords([result]).slice(2);
  return { text: words.charAt(0).toUpperCase() + words.slice(1), mark: marks[result] ?? 'unknown' };
}

function glossary(): Block[] {
  return [
    heading(sectionName('how-to-read')),
    {
      block: 'pairs',
      isBoxed: false,
      pairs: [
        ['Protected as agreed', 'The copies, media, places and checks that were promised were all there.'],
        ['Backup run', 'What the backup product reported of itself. It is a claim, not a proof.'],
        [
          'Restore test',
          'Data brought back to a place apart and compared (L4), or a service recovered in order (L5).',
        ],
        [
          'Missed, no data',
          'A missed run did not come in time. No data: we or the machine could not be heard, so nobody knows.',
        ],
      ],
    },
  ];
}
