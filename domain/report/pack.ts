import { PAPER, readableOn } from '../brand/contrast';
import { CATALOGUE } from '../findings/catalogue';
import { CLAUSE_EVIDENCE, clausesOf, type EvidencePart } from '../frameworks/clause-evidence';
import { lostRunsSentence } from '../keeping/keep-terms';
import { CLAUSES, type ClauseId } from '../frameworks/clauses';
import { PACK_ROWS_MAX } from './document';
import {
  type FindingFacts,
  importedRunWords,
  type PeriodFacts,
  restoreTestsOf,
  standingCounts,
} from './period-facts';
import { resultCell } from './executive';
import { daysOf, rangeWords } from './period';
import type { Block, Cell, Column, Mark, Sheet } from './sheet';
import { countWords, dayIn, durationWords, listWords, numberWords, sizeWords, stampIn } from './words';

/** The facts of an evidence pack: one client, any period, ordered by one framework. */
export interface PackFacts extends PeriodFacts {
  readonly kind: 'evidence-pack';
  readonly format: 1;
  readonly framework: string;
  /** Every backup run of the period, by time: the population. */
  readonly population: readonly RunFact[];
  /** Of the run ids, one a line: shows that the list is the one that was drawn from. SHA-256, hexadecimal. */
  readonly populationSha256: string;
  readonly sample: {
    readonly seed: string;
    readonly size: number;
    /** In the order of the draw. */
    readonly runIds: readonly string[];
  };
  readonly verifications: readonly {
    readonly verificationId: string;
    readonly repositoryName: string;
    readonly depth: string;
    readonly result: 'ok' | 'problems' | 'error';
    readonly coveragePercent: number | null;
    readonly endedAt: number;
    readonly errors: number | null;
  }[];
  readonly attestations: readonly {
    readonly declarationId: string;
    readonly attribute: string;
    readonly subjectName: string;
    readonly reason: string;
    readonly declaredByName: string;
    readonly declaredAt: number;
    readonly validUntil: number | null;
    readonly withdrawnAt: number | null;
  }[];
  /** What was promised at the period's end; null: the product's preset. */
  readonly policy: {
    readonly name: string;
    readonly version: number;
    readonly rpoSeconds: number;
    readonly restoreTestCadenceDays: number | null;
    readonly rtoSeconds: number | null;
  } | null;
}

export interface RunFact {
  readonly runId: string;
  readonly systemName: string;
  readonly jobName: string;
  readonly at: number;
  readonly status: string;
  readonly isPartial: boolean;
  readonly durationSeconds: number | null;
  readonly sourceBytes: number | null;
  readonly rawReportId: string;
  readonly reportSha256: string;
}

/** How the sample is drawn; anybody can repeat it with the attached JSON. */
const SAMPLE_RULE =
  'For each run of the population: SHA-256 over the seed, a line feed and the run id. The runs with the lowest hashes are the sample.';
export const SAMPLE_SIZE = 25;
/** What a shell on any machine prints the sample with. */
const SAMPLE_LINE = `jq -r '.population[].runId' evidence.json | while read r; do printf '%s %s\\n' "$(printf '%s\\n%s' "$SEED" "$r" | sha256sum | cut -c1-64)" "$r"; done | sort | head -${SAMPLE_SIZE}`;

const PART_WORD: Readonly<Record<EvidencePart, string>> = {
  runs: 'backup runs',
  systems: 'systems and their days',
  tests: 'restore tests',
  verifications: 'integrity checks',
  attestations: 'declarations and attestations',
  findings: 'findings and what became of them',
  policy: 'what was promised',
};

/** A period for an auditor: clause by clause what there is, then all of it, gaps shown as gaps, and a sample. */
export function packSheet(facts: PackFacts): Sheet {
  const { msp, client, period } = facts;
  const range = rangeWords(period);
  return {
    title: `Evidence pack, ${facts.framework}, ${range}: ${client.name}`,
    description: `Evidence pack for ${client.name}`,
    author: msp.name,
    colour: readableOn(msp.colour, PAPER),
    hasLogo: msp.hasLogo,
    madeAt: facts.madeAt,
    eyebrow: `Evidence pack, ${facts.framework}`,
    headline: `${client.name}, ${range}`,
    lead: `${countWords(facts.population.length, 'backup run')} of ${countWords(facts.systems.length, 'system')}, ${countWords(restoreTestsOf(facts.tests).length, 'restore test')}, ${countWords(facts.findings.length, 'finding')}: the whole period's population, with what is missing in it. ${period.isOver ? '' : 'The period goes on: what is told holds as of when this was made.'}`,
    addressee: [`Made ${dayIn(Date.parse(facts.madeAt), client.timeZone)}`, `by ${msp.name}`],
    footer: [
      `Pack ${facts.documentId}, built to PDF/A-3a; all of it is attached as JSON. Times are of ${client.timeZone}. What a backup reported is its own signed claim; the signature shows that nothing was changed since.`,
      `Check it with any PDF reader, or at ${facts.verifyUrl}`,
    ],
    isLandscape: false,
    attachment: 'evidence.json',
    blocks: onOwnPages([
      overview(facts),
      { block: 'contents' },
      { block: 'page' },
      ...clauses(facts),
      ...gaps(facts),
      ...systemsPart(facts),
      ...testsPart(facts),
      ...verificationsPart(facts),
      ...attestationsPart(facts),
      ...findingsPart(facts),
      ...waiversPart(facts),
      ...samplePart(facts),
      ...runsPart(facts),
    ]),
  };
}

/** A table of several pages begins one, below its heading, so that its parts fill theirs. */
const LONG_TABLE_ROWS = 400;

function onOwnPages(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block, index): Block[] => {
    const next = blocks[index + 1];
    const isLong = next?.block === 'table' && next.rows.length > LONG_TABLE_ROWS;
    return block.block === 'heading' && isLong ? [{ block: 'page' }, block] : [block];
  });
}

const heading = (text: string, aside = ''): Block => ({ block: 'heading', level: 2, text, aside });
const small = (text: string): Block => ({ block: 'heading', level: 3, text, aside: '' });
const text = (words: string, isMuted = false): Block => ({ block: 'text', text: words, isMuted });

function table(
  columns: readonly (readonly [string, number, ('left' | 'right')?])[],
  rows: readonly (readonly Cell[])[],
): Block {
  const named: Column[] = columns.map(([name, width, align = 'left']) => ({ name, width, align }));
  return { block: 'table', isLong: true, columns: named, rows };
}

function overview(facts: PackFacts): Block {
  const { runs, systems, tests } = facts;
  const end = standingCounts(systems, 'statusAtEnd');
  const made = restoreTestsOf(tests);
  return {
    block: 'figures',
    figures: [
      figure(
        'Backup runs',
        numberWords(runs.total),
        `${numberWords(runs.failed)} failed, ${numberWords(runs.missed)} missed`,
      ),
      figure(
        'Due times without data',
        runs.due === null ? 'No schedule' : numberWords(runs.unknown),
        runs.due === null ? 'so nobody can say what is missing' : `of ${numberWords(runs.due)} due`,
      ),
      figure(
        'Restore tests',
        numberWords(made.length),
        `${numberWords(made.filter(({ result }) => result === 'passed').length)} passed`,
      ),
      figure(
        'Systems protected',
        `${numberWords(end.protected)} of ${numberWords(end.all)}`,
        "at the period's end",
      ),
    ],
  };
}

const figure = (label: string, value: string, note: string) => ({
  label,
  value,
  unit: '',
  note,
  mark: 'plain' as const,
});

function clauses(facts: PackFacts): Block[] {
  const ids = clausesOf(facts.framework);
  return [
    heading('By clause', `${facts.framework}: the clauses that backups can bear evidence for, in our words.`),
    ...ids.flatMap((id) => clauseBlocks(id, facts)),
  ];
}

function clauseBlocks(id: ClauseId, facts: PackFacts): Block[] {
  const { clause, asks } = CLAUSES[id];
  const touching = facts.findings.filter((finding) => touches(finding, id));
  const open = touching.filter(({ closedAt }) => closedAt === null);
  return [
    small(clause),
    {
      block: 'pairs',
      isBoxed: false,
      pairs: [
        ['Asks for', asks],
        ...CLAUSE_EVIDENCE[id].map((part) => [capital(PART_WORD[part]), partSentence(part, facts)] as const),
        [
          'Gaps',
          touching.length === 0
            ? 'no finding touched it'
            : `${countWords(touching.length, 'finding')}, ${open.length === 0 ? 'all closed' : `${numberWords(open.length)} open at the end`}: ${listWords([...new Set(touching.map(({ title }) => title.toLowerCase()))].slice(0, 5))}`,
        ],
      ],
    },
  ];
}

function touches({ rule }: FindingFacts, id: ClauseId): boolean {
  // a rule of a later version may be unknown here
  const entry = (CATALOGUE as Readonly<Record<string, { touches: readonly ClauseId[] } | undefined>>)[rule];
  return entry?.touches.includes(id) ?? false;
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** What a part holds, in a sentence; nothing is said as nothing. */
function partSentence(part: EvidencePart, facts: PackFacts): string {
  const { runs, systems, tests, verifications, attestations, findings, policy } = facts;
  switch (part) {
    case 'runs':
      return runs.total === 0
        ? 'none: a gap'
        : `${countWords(runs.total, 'run')}: ${numberWords(runs.success)} good, ${numberWords(runs.warning)} with warnings, ${numberWords(runs.failed)} failed${runs.due === null ? '' : `; of ${numberWords(runs.due)} due ${numberWords(runs.missed)} missed, ${numberWords(runs.unknown)} without data`}`;
    case 'systems': {
      const end = standingCounts(systems, 'statusAtEnd');
      return systems.length === 0
        ? 'none: a gap'
        : `${countWords(end.all, 'system')}, ${numberWords(end.protected)} protected as agreed at the end, ${numberWords(end.bad)} not, ${numberWords(end.unknown)} unknown`;
    }
    case 'tests': {
      const made = restoreTestsOf(tests);
      const tested = new Set(made.map(({ systemName }) => systemName)).size;
      return made.length === 0
        ? 'none in the period: a gap'
        : `${countWords(made.length, 'restore test')} (L4, L5) of ${numberWords(tested)} of ${countWords(systems.length, 'system')}, ${numberWords(made.filter(({ result }) => result === 'passed').length)} passed`;
    }
    case 'verifications':
      return verifications.length === 0
        ? 'none in the period: a gap'
        : `${countWords(verifications.length, 'check')}, ${numberWords(verifications.filter(({ result }) => result === 'ok').length)} clean`;
    case 'attestations':
      return attestations.length === 0
        ? 'none in force: a gap'
        : `${numberWords(attestations.length)} in force`;
    case 'findings':
      return findings.length === 0
        ? 'none was open'
        : `${numberWords(findings.length)}, ${numberWords(findings.filter(({ closedAt }) => closedAt !== null).length)} closed in the period`;
    case 'policy':
      return policy === null
        ? 'nothing was agreed: a gap'
        : `${policy.name}, version ${policy.version}: RPO ${durationWords(policy.rpoSeconds)}, ${policy.restoreTestCadenceDays === null ? 'no cadence for restore tests' : `a restore test every ${countWords(policy.restoreTestCadenceDays, 'day')}`}, ${policy.rtoSeconds === null ? 'no RTO' : `RTO ${durationWords(policy.rtoSeconds)}`}`;
  }
}

/** Days on which a run was missed, failed or unheard, system by system: nothing of them is left out. */
function gaps({ systems, period }: PackFacts): Block[] {
  const days = daysOf(period);
  const words: Readonly<Record<string, readonly [string, Mark]>> = {
    failed: ['failed', 'bad'],
    missed: ['missed', 'bad'],
    'no-data': ['no data', 'unknown'],
  };
  const rows = systems.flatMap(({ name, days: marks }) =>
    stretches(marks).flatMap(({ mark, from, to }): Cell[][] => {
      const [word, sign] = words[mark] ?? [null, 'plain'];
      if (word === null) return [];
      return [
        [name, days[from] ?? '', days[to] ?? '', numberWords(to - from + 1), { text: word, mark: sign }],
      ];
    }),
  );
  return [
    heading('Gaps', 'Days on which what was due failed, did not come, or cannot be told.'),
    rows.length === 0
      ? text('None: on every day of the period every system was as it should be, or had nothing to do.')
      : table(
          [
            ['System', 66],
            ['First day', 26],
            ['Last day', 26],
            ['Days', 16, 'right'],
            ['What', 36],
          ],
          rows,
        ),
  ];
}

function stretches(marks: readonly string[]): { mark: string; from: number; to: number }[] {
  const found: { mark: string; from: number; to: number }[] = [];
  for (const [index, mark] of marks.entries()) {
    const last = found.at(-1);
    if (last?.mark === mark) last.to = index;
    else found.push({ mark, from: index, to: index });
  }
  return found;
}

const STATUS: Readonly<Record<string, Cell>> = {
  compliant: { text: 'Compliant', mark: 'good' },
  'at-risk': { text: 'At risk', mark: 'warning' },
  'non-compliant': { text: 'Non-compliant', mark: 'bad' },
  unknown: { text: 'Unknown', mark: 'unknown' },
};

const count = (marks: readonly string[], of: string): string =>
  numberWords(marks.filter((mark) => mark === of).length);

function systemsPart({ systems, client }: PackFacts): Block[] {
  return [
    heading('Systems and their days'),
    systems.length === 0
      ? text('No system was there in the period.')
      : table(
          [
            ['System', 48],
            ['Good', 13, 'right'],
            ['Warning', 15, 'right'],
            ['Failed', 13, 'right'],
            ['Missed', 14, 'right'],
            ['No data', 15, 'right'],
            ['At the end', 27],
            ['Last test', 25],
          ],
          systems.map(({ name, days, statusAtEnd, lastTest }) => [
            name,
            count(days, 'success'),
            count(days, 'warning'),
            count(days, 'failed'),
            count(days, 'missed'),
            count(days, 'no-data'),
            STATUS[statusAtEnd ?? 'unknown'] ?? 'Unknown',
            lastTest === null
              ? 'never'
              : `${lastTest.level} ${stampIn(lastTest.at, client.timeZone).slice(0, 10)}`,
          ]),
        ),
  ];
}

function testsPart({ tests, client }: PackFacts): Block[] {
  return [
    heading(
      'Restore tests and checks',
      'Only L4 and L5 are restore tests; lower levels are checks and stand here for completeness.',
    ),
    tests.length === 0
      ? text('None in the period.')
      : table(
          [
            ['Ended', 28],
            ['System', 36],
            ['Copy', 32],
            ['Level', 11],
            ['Result', 22],
            ['Reviewed', 19],
            ['Record hash', 22],
          ],
          tests.map((test) => [
            stampIn(test.at, client.timeZone),
            test.systemName,
            test.repository,
            test.level,
            resultCell(test.result),
            test.review,
            `${test.sha256.slice(0, 12)}…`,
          ]),
        ),
  ];
}

function verificationsPart({ verifications, client }: PackFacts): Block[] {
  const marks: Readonly<Record<string, Cell>> = {
    ok: { text: 'Clean', mark: 'good' },
    problems: { text: 'Problems', mark: 'bad' },
    error: { text: 'Did not end', mark: 'unknown' },
  };
  return [
    heading('Integrity checks'),
    verifications.length === 0
      ? text('None in the period.')
      : table(
          [
            ['Ended', 30],
            ['Repository', 70],
            ['Depth', 26],
            ['Covered', 18, 'right'],
            ['Result', 26],
          ],
          verifications.map((one) => [
            stampIn(one.endedAt, client.timeZone),
            one.repositoryName,
            one.depth,
            one.coveragePercent === null ? '' : `${Math.floor(one.coveragePercent)} %`,
            marks[one.result] ?? one.result,
          ]),
        ),
  ];
}

function attestationsPart({ attestations, client }: PackFacts): Block[] {
  return [
    heading('Declarations and attestations', 'What a named person said, who answers for it.'),
    attestations.length === 0
      ? text('None in force in the period.')
      : table(
          [
            ['Said', 28],
            ['Of', 36],
            ['What', 28],
            ['By', 32],
            ['Until', 24],
            ['Withdrawn', 20],
          ],
          attestations.map((one) => [
            stampIn(one.declaredAt, client.timeZone),
            one.subjectName,
            one.attribute,
            one.declaredByName,
            one.validUntil === null ? 'withdrawn' : stampIn(one.validUntil, client.timeZone).slice(0, 10),
            one.withdrawnAt === null ? '' : stampIn(one.withdrawnAt, client.timeZone).slice(0, 10),
          ]),
        ),
  ];
}

function findingsPart({ findings, client }: PackFacts): Block[] {
  const severity: Readonly<Record<FindingFacts['severity'], Cell>> = {
    critical: { text: 'Critical', mark: 'bad' },
    warning: { text: 'Warning', mark: 'warning' },
    note: { text: 'Note', mark: 'plain' },
  };
  return [
    heading('Findings', 'Gaps between what was promised and what was there, and when each was closed.'),
    findings.length === 0
      ? text('None was open in the period.')
      : table(
          [
            ['Opened', 28],
            ['Closed', 28],
            ['System', 34],
            ['Finding', 40],
            ['Severity', 20],
            ['Assigned to', 20],
          ],
          findings.map((one) => [
            stampIn(one.openedAt, client.timeZone),
            one.closedAt === null ? 'open' : stampIn(one.closedAt, client.timeZone),
            one.systemName ?? 'several',
            one.title,
            severity[one.severity],
            one.assignedTo ?? '',
          ]),
        ),
  ];
}

function waiversPart({ waivers, client }: PackFacts): Block[] {
  return [
    heading('Accepted gaps'),
    waivers.length === 0
      ? text('None.')
      : table(
          [
            ['Accepted', 28],
            ['Of', 36],
            ['Reason', 50],
            ['Approved by', 32],
            ['Until', 24],
          ],
          waivers.map((one) => [
            stampIn(one.createdAt, client.timeZone),
            one.subjectName,
            one.reason,
            one.approverName,
            stampIn(one.withdrawnAt ?? one.validUntil, client.timeZone).slice(0, 10),
          ]),
        ),
  ];
}

function samplePart(facts: PackFacts): Block[] {
  const { sample, population, populationSha256 } = facts;
  const byId = new Map(population.map((run) => [run.runId, run]));
  const drawn = sample.runIds.flatMap((id) => byId.get(id) ?? []);
  return [
    heading('Sample', SAMPLE_RULE),
    {
      block: 'pairs',
      isBoxed: true,
      pairs: [
        ['Seed', sample.seed],
        [
          'Population',
          `${countWords(population.length, 'run')}; SHA-256 of their ids, one a line: ${populationSha256}`,
        ],
        ['To repeat it', SAMPLE_LINE],
      ],
    },
    drawn.length === 0
      ? text('The population is empty, so there is nothing to draw.')
      : runTable(drawn, facts),
  ];
}

function runsPart(facts: PackFacts): Block[] {
  const { population, period } = facts;
  const printed = population.slice(0, PACK_ROWS_MAX);
  const left = population.length - printed.length;
  const imported = importedRunWords(facts);
  const lost = lostRunsSentence(period.from, Date.parse(facts.madeAt));
  return [
    heading('Every backup run', `The whole population of ${rangeWords(period)}, by time.`),
    printed.length === 0 ? text('No backup run was reported in the period.') : runTable(printed, facts),
    ...(left > 0
      ? [
          text(
            `${countWords(left, 'more run')} of the period stand in the attached JSON: a pack prints ${numberWords(PACK_ROWS_MAX)}.`,
          ),
        ]
      : []),
    ...(lost === null ? [] : [text(lost)]),
    ...(imported === null ? [] : [text(imported)]),
  ];
}

const RUN: Readonly<Record<string, Cell>> = {
  success: { text: 'Success', mark: 'good' },
  warning: { text: 'Warning', mark: 'warning' },
  failed: { text: 'Failed', mark: 'bad' },
  cancelled: { text: 'Cancelled', mark: 'warning' },
  missed: { text: 'Missed', mark: 'bad' },
  running: { text: 'Not ended', mark: 'unknown' },
  unknown: { text: 'Unknown', mark: 'unknown' },
};

function runTable(runs: readonly RunFact[], { client }: PackFacts): Block {
  return table(
    [
      ['Time', 28],
      ['System', 35],
      ['Job', 30],
      ['Result', 20],
      ['Took', 19, 'right'],
      ['Read', 18, 'right'],
      ['Report hash', 20],
    ],
    runs.map((run) => [
      stampIn(run.at, client.timeZone),
      run.systemName,
      run.jobName,
      run.isPartial ? { text: 'Partial', mark: 'warning' } : (RUN[run.status] ?? run.status),
      run.durationSeconds === null ? '' : durationWords(run.durationSeconds),
      run.sourceBytes === null ? '' : sizeWords(run.sourceBytes),
      `${run.reportSha256.slice(0, 10)}…`,
    ]),
  );
}
