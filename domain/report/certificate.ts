import { PAPER, readableOn } from '../brand/contrast';
import { type Keep, keepSentence } from '../evidence/keep-until';
import {
  isRestoreTest,
  PROOF_LEVELS,
  type ProofLevel,
  type RecordAmendment,
  type RestoreRecord,
} from '../restore-test/record';
import type { DocumentHead } from './document';
import type { Block, Cell, Mark, Sheet } from './sheet';
import { countWords, dayIn, durationWords, listWords, numberWords, sizeWords, timeIn } from './words';

/** The facts of a restore-test certificate, as they are attached to it: one record, and all that was said of it since. */
export interface CertificateFacts extends DocumentHead {
  readonly kind: 'restore-certificate';
  readonly format: 1;
  readonly record: RestoreRecord;
  /** SHA-256 of the stored record, hexadecimal. */
  readonly recordSha256: string;
  /** Oldest first. */
  readonly amendments: readonly RecordAmendment[];
  /** Until when the record is kept, as it was when the certificate was made. */
  readonly keep: Keep;
}

const LEVEL_WORD: Readonly<Record<ProofLevel, string>> = {
  L0: 'The job reported success',
  L1: 'Integrity checked',
  L2: 'Boots to a login screen',
  L3: 'A service answers',
  L4: 'Restored apart, content compared',
  L5: 'A business service recovered',
};

/** The page of a certificate: what one test proves, and what it does not. */
export function certificateSheet(facts: CertificateFacts): Sheet {
  const { record, client, msp } = facts;
  const name = documentName(record.level);
  return {
    title: `${name}: ${record.system.name}, ${dayIn(record.endedAt, record.timeZone)}`,
    description: `${name} for ${client.name}`,
    author: msp.name,
    colour: readableOn(msp.colour, PAPER),
    hasLogo: msp.hasLogo,
    madeAt: facts.madeAt,
    eyebrow: `${name} ${record.recordId}`,
    headline: record.system.name,
    lead: leadOf(record),
    addressee: [`Issued ${dayIn(Date.parse(facts.madeAt), client.timeZone)} to`, client.name],
    footer: [
      `Signed electronically for ${msp.name}. The full record is attached as JSON. It is the reporter's claim: the signature shows that nothing was changed since, not that it was true.`,
      `Check it with any PDF reader, or at ${facts.verifyUrl}`,
    ],
    isLandscape: false,
    attachment: 'certificate.json',
    blocks: [
      figures(facts),
      levels(record),
      {
        block: 'columns',
        left: [heading('This proves'), { block: 'points', sign: '+', points: proves(facts) }],
        right: [heading('This does not prove'), { block: 'points', sign: '−', points: doesNotProve(facts) }],
      },
      {
        block: 'columns',
        left: [heading('What was restored'), pairs(restored(record))],
        right: [heading('How it was restored'), pairs(conditions(record))],
      },
      ...phases(record),
      ...criteria(record),
      ...afterwards(facts),
      signatures(facts),
      { block: 'pairs', isBoxed: true, pairs: references(facts) },
    ],
  };
}

function documentName(level: ProofLevel): string {
  return isRestoreTest(level) ? 'Restore-test certificate' : 'Record of a check, not a restore test';
}

const heading = (text: string): Block => ({ block: 'heading', level: 2, text, aside: '' });
const pairs = (rows: readonly (readonly [string, string])[]): Block => ({
  block: 'pairs',
  isBoxed: false,
  pairs: rows,
});

const RESULT: Readonly<Record<RestoreRecord['result'], { text: string; mark: Mark }>> = {
  passed: { text: 'Passed', mark: 'good' },
  partial: { text: 'Partly passed', mark: 'warning' },
  failed: { text: 'Failed', mark: 'bad' },
  error: { text: 'Did not end', mark: 'bad' },
  skipped: { text: 'Not made', mark: 'unknown' },
};

const OUTCOME: Readonly<Record<RestoreRecord['result'], string>> = {
  passed: 'It passed',
  partial: 'It passed in part',
  failed: 'It failed',
  error: 'It ended with an error and proves nothing',
  skipped: 'It was not made',
};

function leadOf(record: RestoreRecord): string {
  const { checks } = record;
  const met = checks.filter(({ isMet }) => isMet === true).length;
  const criteriaMet =
    checks.length === 0
      ? 'No criteria were fixed beforehand.'
      : `${met} of ${countWords(checks.length, 'criterion', 'criteria')}, fixed beforehand, ${met === 1 ? 'was' : 'were'} met.`;
  return `${dayIn(record.endedAt, record.timeZone)}: ${asClause(record.scope)} from ${record.copy.repository}, to ${asClause(record.target.environment)}. ${OUTCOME[record.result]}. ${criteriaMet}`;
}

const asClause = (text: string): string => text.trim().replace(/[.\s]+$/, '');

function figures({ record }: CertificateFacts): Block {
  const { recovery, dataAge } = record;
  const result = RESULT[record.result];
  const met = record.checks.filter(({ isMet }) => isMet === true).length;
  return {
    block: 'figures',
    figures: [
      {
        label: 'Result',
        value: result.text,
        unit: '',
        mark: result.mark,
        note: `${met} of ${countWords(record.checks.length, 'criterion', 'criteria')}, ${record.anomalies.length === 0 ? 'no anomalies' : countWords(record.anomalies.length, 'anomaly', 'anomalies')}`,
      },
      {
        label: 'Time to recover',
        value: recovery.seconds === null ? 'Not known' : durationWords(recovery.seconds),
        unit: recovery.basis === 'extrapolated' ? 'extrapolated' : '',
        mark: 'plain',
        note: promised(recovery.targetSeconds),
      },
      {
        label: 'Age of restored data',
        value: dataAge.seconds === null ? 'Not known' : durationWords(dataAge.seconds),
        unit: '',
        mark: 'plain',
        note: promised(dataAge.targetSeconds),
      },
      {
        label: 'Timeliness',
        value: timeliness(record.isOnTime),
        unit: '',
        mark: 'plain',
        note: dueWords(record),
      },
    ],
  };
}

function promised(seconds: number | null): string {
  return seconds === null ? 'nothing was agreed' : `agreed: at most ${durationWords(seconds)}`;
}

function timeliness(isOnTime: boolean | null): string {
  if (isOnTime === null) return 'Not asked for';
  return isOnTime ? 'On time' : 'Late';
}

function dueWords({ cadenceDays, dueAt, client }: RestoreRecord): string {
  const every = cadenceDays === null ? 'no cadence' : `every ${countWords(cadenceDays, 'day')}`;
  return dueAt === null ? every : `${every}; due ${dayIn(dueAt, client.timeZone)}`;
}

/** A higher level says nothing of the lower ones but L0 and L1, which a restore that was compared rests on. */
function levels(record: RestoreRecord): Block {
  const { level } = record;
  const held = isRestoreTest(level) && record.result === 'passed' ? ['L0', 'L1'] : [];
  const stateOf = (one: ProofLevel) => {
    if (one === level) return 'this' as const;
    return held.includes(one) ? ('held' as const) : ('none' as const);
  };
  return {
    block: 'levels',
    alt: `Levels of proof, L0 to L5. This ${isRestoreTest(level) ? 'test' : 'check'} is of level ${level}: ${LEVEL_WORD[level]}.`,
    levels: PROOF_LEVELS.map((one) => ({ name: one, text: LEVEL_WORD[one], state: stateOf(one) })),
  };
}

/** What follows from the record, and nothing more. */
function proves({ record }: CertificateFacts): string[] {
  const { files, result, level, recovery } = record;
  if (result === 'error' || result === 'skipped') return ['Nothing: the test did not come to a result.'];
  if (result === 'failed')
    return ['That the test was made and failed; the gap is on record with what was done about it.'];
  if (!isRestoreTest(level))
    return [`${LEVEL_WORD[level]}: no data was restored and compared, so it is not a restore test.`];
  const compared =
    files?.selected !== null && files?.matched !== undefined && files.matched !== null
      ? [
          `${numberWords(files.matched)} of ${countWords(files?.selected ?? 0, 'selected file')} equalled ${record.manifest ? `the manifest (${record.manifest.origin})` : 'what they were compared with'}.`,
        ]
      : [];
  return [
    `This copy could be read${record.copy.isEncrypted === true ? ', decrypted' : ''} and restored ${result === 'partial' ? 'in part' : 'in the stated scope'}.`,
    ...compared,
    ...(level === 'L5' ? ['A business service came back in order.'] : []),
    ...(recovery.basis === 'measured' &&
    recovery.seconds !== null &&
    recovery.targetSeconds !== null &&
    recovery.seconds <= recovery.targetSeconds
      ? ['It was usable within the agreed time.']
      : []),
  ];
}

function doesNotProve({ record }: CertificateFacts): string[] {
  const { files, recovery, target, malwareScan, level } = record;
  const isSample = record.selection.population !== null || recovery.basis === 'extrapolated';
  return [
    'That other copies, or later recovery points, are good.',
    ...(isSample ? ['That files outside the sample can be restored.'] : []),
    ...(files !== null && (files.unverifiable ?? 0) > 0
      ? [`Anything of ${countWords(files.unverifiable ?? 0, 'file')} that had nothing to be compared with.`]
      : []),
    ...(level === 'L5' ? [] : ['That the application, or sign-in to it, works.']),
    ...(recovery.basis === 'extrapolated' ? ['The time of a full restore: it is extrapolated.'] : []),
    ...(target.isIsolated === true ? [] : ['That the test was apart from production: nobody knows.']),
    malwareScan === null
      ? 'That the data is free of malware: no scan was made.'
      : `That the data is free of malware: ${malwareScan.tool} said “${malwareScan.result}”.`,
  ];
}

const NOT_KNOWN = 'not known';
const POINT_LENGTH = 34;

function restored(record: RestoreRecord): (readonly [string, string])[] {
  const { system, copy, selection } = record;
  return [
    ['System', [system.name, system.criticality].filter((part) => part !== null).join('; ')],
    ['Copy', [copy.repository, copy.location, copy.media].filter((part) => part !== null).join(', ')],
    ['Place', placeWords(copy.isOffsite)],
    [
      'Product',
      [copy.product, copy.productVersion, copy.job && `job ${copy.job}`].filter(Boolean).join(' ') ||
        NOT_KNOWN,
    ],
    ['Recovery point', shortId(copy.point ?? copy.pointId ?? NOT_KNOWN)],
    ['Taken', copy.takenAt === null ? NOT_KNOWN : timeIn(copy.takenAt, record.timeZone)],
    ['Protection', protectionWords(record)],
    ['Selected', selectionWords(selection)],
  ];
}

/** As much as a column holds; the whole stands in the attached record. */
function shortId(id: string): string {
  return id.length <= POINT_LENGTH ? id : `${id.slice(0, POINT_LENGTH - 1)}…`;
}

function placeWords(isOffsite: boolean | null): string {
  if (isOffsite === null) return NOT_KNOWN;
  return isOffsite ? 'at another site' : 'at the same site';
}

function answerWords(answer: boolean | null, [yes, no, unknown]: readonly [string, string, string]): string {
  if (answer === null) return unknown;
  return answer ? yes : no;
}

function protectionWords({ copy, timeZone }: RestoreRecord): string {
  const encrypted = answerWords(copy.isEncrypted, ['encrypted', 'not encrypted', 'encryption not known']);
  return copy.immutableUntil === null
    ? `${encrypted}; no lock known`
    : `${encrypted}; locked until ${dayIn(copy.immutableUntil, timeZone)}`;
}

function selectionWords({ how, population, seed, rule }: RestoreRecord['selection']): string {
  return [
    { scheduled: 'Scheduled', random: 'Drawn at random', risk: 'By risk', request: 'On request' }[how],
    population === null ? null : `of ${numberWords(population)}`,
    seed === null ? null : `seed ${seed}`,
    rule,
  ]
    .filter((part) => part !== null)
    .join('; ');
}

function conditions(record: RestoreRecord): (readonly [string, string])[] {
  const { target, recovery, policy, timeZone } = record;
  const isolated = answerWords(target.isIsolated, [
    'apart from the source',
    'not apart from the source',
    'isolation not known',
  ]);
  return [
    ['Method', record.method],
    ['Scope', record.scope],
    ['Restored', recovery.bytesRestored === null ? NOT_KNOWN : sizeWords(recovery.bytesRestored)],
    ['Target', `${target.environment}; ${isolated}`],
    ['Start', timeIn(record.startedAt, timeZone)],
    ['End', timeIn(record.endedAt, timeZone)],
    ['Policy', policy === null ? 'none' : `${policy.name}, version ${policy.version}`],
    [
      'Full restore',
      recovery.forecastSeconds === null
        ? 'no forecast'
        : `about ${durationWords(recovery.forecastSeconds)}, extrapolated from ${recovery.bytesRestored === null ? 'the sample' : sizeWords(recovery.bytesRestored)}`,
    ],
  ];
}

function phases({ phases: all, recovery }: RestoreRecord): Block[] {
  if (all.length === 0) return [];
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    {
      block: 'phases',
      alt: `Phases of the test: ${listWords(all.map(({ name, seconds }) => `${name} ${durationWords(seconds)}`))}; together ${durationWords(total)}.`,
      phases: all,
      targetSeconds: recovery.targetSeconds,
      texts: all.map(({ name, seconds }) => `${name} ${durationWords(seconds)}`),
      target: recovery.targetSeconds === null ? '' : `Agreed ${durationWords(recovery.targetSeconds)}`,
    },
  ];
}

function criteria({ checks }: RestoreRecord): Block[] {
  if (checks.length === 0) return [];
  return [
    heading('Criteria, fixed beforehand'),
    {
      block: 'table',
      isLong: false,
      columns: [
        { name: 'Check', width: null, align: 'left' },
        { name: 'Seen', width: null, align: 'left' },
        { name: 'Result', width: 22, align: 'left' },
      ],
      rows: checks.map(({ criterion, seen, isMet }) => [criterion, seen ?? 'nothing noted', metCell(isMet)]),
    },
  ];
}

function metCell(isMet: boolean | null): Cell {
  if (isMet === null) return { text: 'Not known', mark: 'unknown' };
  return isMet ? { text: 'Met', mark: 'good' } : { text: 'Not met', mark: 'bad' };
}

/** What went wrong, what was accepted and what was learnt, where there is any of it. */
function afterwards({ record, amendments }: CertificateFacts): Block[] {
  const { failure, timeZone } = record;
  const told: (readonly [string, string])[] = [
    ...record.anomalies.map((anomaly) => ['Anomaly', anomaly] as const),
    ...(failure === null
      ? []
      : ([
          ['Ticket', failure.ticket ?? 'none'],
          ['Cause', failure.cause ?? NOT_KNOWN],
          ['Corrective action', failure.correctiveAction ?? 'none yet'],
          ['Owner', failure.owner ?? 'nobody'],
          ['Closed', failure.closedAt === null ? 'open' : timeIn(failure.closedAt, timeZone)],
          ['Retest', failure.retestRecordId ?? 'not yet'],
        ] as const)),
    ...record.exceptions.map((exception) => ['Accepted', exception] as const),
    ...(record.lessons === null ? [] : [['Lessons', record.lessons] as const]),
    ...amendments.flatMap((one) =>
      one.kind === 'correction'
        ? [
            [
              'Corrected',
              `${Object.keys(one.fields).toSorted().join(', ')}: ${one.reason} (${one.by.name}, ${timeIn(one.at, timeZone)})`,
            ] as const,
          ]
        : [],
    ),
  ];
  return told.length === 0 ? [] : [heading('What else is on record'), pairs(told)];
}

function signatures({ record, amendments }: CertificateFacts): Block {
  const { performer } = record;
  const review = amendments.findLast((one) => one.kind === 'review');
  return {
    block: 'signatures',
    signatures: [
      performer.kind === 'person'
        ? { role: 'Performed by', name: performer.name, text: 'by hand' }
        : {
            role: 'Performed by',
            name: performer.name,
            text: `agent${performer.version === null ? '' : ` ${performer.version}`}, without a person`,
          },
      review === undefined
        ? { role: 'Reviewed by', name: 'Nobody yet', text: 'the performer cannot review it' }
        : {
            role: review.decision === 'accepted' ? 'Reviewed and accepted by' : 'Reviewed and rejected by',
            name: review.by.name,
            text: [timeIn(review.at, record.timeZone), review.comment]
              .filter((part) => part !== null)
              .join(' · '),
          },
    ],
  };
}

function references({ record, recordSha256, keep }: CertificateFacts): (readonly [string, string])[] {
  return [
    ['Record', recordSha256],
    ['Report', record.provenance.rawReportSha256 ?? 'entered by hand'],
    ...record.attachments.map(({ name, sha256 }) => ['Attachment', `${name} · ${sha256}`] as const),
    ['Kept', keepSentence(keep, (at) => dayIn(at, record.client.timeZone))],
  ];
}
