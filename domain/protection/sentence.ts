import { DAY, HOUR, MINUTE, SECOND, type Instant } from '../time/instant';
import type {
  CandidateChange,
  CopyVerdict,
  DigitName,
  OpenFinding,
  RejectionReason,
  ShortfallReason,
  StatusReason,
  Verdict,
} from './verdict';

/** What a sentence needs from whoever shows it, so that screen, document and alert agree: instants in the reader's zone. */
export interface Words {
  formatInstant: (at: Instant) => string;
  /** Whoever reads does not know the field's abbreviations: client leadership. */
  isPlain?: boolean;
}

/** '45 s', '40 min', '2 h 42 min' (below a day), '75 h' (below five days), '6 days'. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE) return `${Math.floor(whole / SECOND)} s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min`;
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  if (whole < DAY && minutes > 0) return `${Math.floor(whole / HOUR)} h ${minutes} min`;
  if (whole < 5 * DAY) return `${Math.floor(whole / HOUR)} h`;
  return `${Math.floor(whole / DAY)} days`;
}

/** A duration that a policy set: '24 h', '90 min', '14 days'. */
export function promisedText(seconds: number): string {
  if (seconds % 86_400 === 0 && seconds >= 5 * 86_400) return `${seconds / 86_400} days`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** The verdict in one sentence: 'Not protected: cloud is 75 h old (RPO 24 h).' */
export function verdictSentence(verdict: Verdict, words: Words): string {
  if (verdict.reasons.length === 0) return 'Nothing can be said.';
  const why = whyText(verdict, words);
  switch (verdict.status) {
    case 'non-compliant':
      return `Not protected: ${why}.`;
    case 'unknown':
      return `Unknown: ${why}.`;
    case 'at-risk':
      return `Protected, but at risk: ${why}.`;
    case 'compliant':
      return `Protected: ${why}.`;
  }
}

/** What decided the verdict, in one clause without a full stop, for rows of a table: 'cloud is 75 h old (RPO 24 h)'. */
export function whyText(verdict: Verdict, words: Words): string {
  const first = verdict.reasons[0];
  if (first === undefined) return 'nothing can be said';
  switch (verdict.status) {
    case 'non-compliant':
      return failureText(verdict, words);
    case 'unknown':
    case 'at-risk':
      return reasonText(first, verdict, words);
    case 'compliant':
      return `${verdict.digits.copies.actual} copies, and every part of the rule passes`;
  }
}

function failureText(verdict: Verdict, words: Words): string {
  const first = verdict.reasons[0];
  if (first === undefined) return 'it fails';
  if (first.code !== 'digit-fails') return reasonText(first, verdict, words);
  const change = verdict.smallestChange?.change;
  if (change?.kind === 'say-site' || change?.kind === 'say-media')
    return `${reasonText(first, verdict, words)}: ${unsaidText(change)}`;
  const rejected = lackingCopy(verdict);
  const reason = rejected?.rejections[0];
  if (rejected === null || reason === undefined) return reasonText(first, verdict, words);
  return `${rejected.repositoryName} ${rejectionText(reason, words, verdict.copies)}`;
}

function unsaidText(change: Extract<CandidateChange['change'], { kind: 'say-site' | 'say-media' }>): string {
  return change.kind === 'say-site'
    ? `nobody said where ${change.subjectName} stands`
    : `nobody said what ${change.repositoryName} is stored on`;
}

/** The copy whose lack decides: the one that the smallest change would bring back, else the first that does not count. */
function lackingCopy(verdict: Verdict): CopyVerdict | null {
  const rejected = verdict.copies.filter((copy) => !copy.isCounted && copy.rejections.length > 0);
  const change = verdict.smallestChange?.change;
  const curable =
    change !== undefined && 'repositoryId' in change
      ? rejected.find((copy) => copy.repositoryId === change.repositoryId)
      : undefined;
  return curable ?? rejected[0] ?? null;
}

/** What a reason is told from. */
export interface ReasonGround {
  evaluatedAt: Instant;
  /** null: how much is missing was not kept. */
  digits: Verdict['digits'] | null;
  findings: Verdict['findings'];
}

/** One reason of a status, without a full stop. */
export function reasonText(reason: StatusReason, verdict: ReasonGround, words: Words): string {
  switch (reason.code) {
    case 'never-heard':
      return 'nothing was ever heard of it';
    case 'silent': {
      const ago = durationText(verdict.evaluatedAt - reason.lastHeardAt);
      return `last heard ${words.formatInstant(reason.lastHeardAt)} by ${reason.channelName}, ${ago} ago`;
    }
    case 'digit-fails': {
      if (verdict.digits === null) return `too few ${DIGIT_NOUN[reason.digit]}`;
      const { actual, required } = verdict.digits[reason.digit];
      return digitText(reason.digit, actual, required ?? 0);
    }
    case 'critical-finding':
    case 'warning-finding': {
      const finding = verdict.findings.find(
        (one) => one.rule === reason.rule && one.subject.name === reason.subjectName,
      );
      return finding === undefined ? `${reason.rule} of ${reason.subjectName}` : findingText(finding, words);
    }
    case 'fails-soon': {
      const left = durationText(reason.failsAt - verdict.evaluatedAt);
      const what =
        reason.repositoryName === null ? 'it fails' : `the copy in ${reason.repositoryName} stops counting`;
      return `${what} at ${words.formatInstant(reason.failsAt)}, in ${left}, if nothing new arrives`;
    }
    case 'claims-only':
      return 'it passes only with claims: messages say the backups ran, and nobody has seen the copies';
    case 'outcome-not-seen':
      return 'it passes only with copies whose runs nobody saw end';
    case 'all-pass':
      return 'every part of the rule passes';
    case 'counted-as-one':
      return `copies of ${reason.name} count as copies of it: the same data by the word of ${reason.by} (${words.formatInstant(reason.since)})`;
  }
}

const DIGIT_NOUN: Readonly<Record<DigitName, string>> = {
  copies: 'copies',
  media: 'kinds of media',
  locations: 'places',
  offsite: 'copies offsite',
  immutable: 'copies that cannot be changed',
  errors: 'verified and tested copies',
};

function digitText(digit: DigitName, actual: number, required: number): string {
  switch (digit) {
    case 'copies':
      return `${actual} of ${required} copies`;
    case 'media':
      return `${actual} of ${required} kinds of media`;
    case 'locations':
      return `${actual} of ${required} places`;
    case 'offsite':
      return `${actual} of ${required} copies offsite`;
    case 'immutable':
      return `${actual} of ${required} copies that cannot be changed`;
    case 'errors':
      return 'not every copy it needs is verified and tested';
  }
}

function ageAllowedText(rpoSeconds: number, { isPlain = false }: Words): string {
  return isPlain ? `agreed: ${promisedText(rpoSeconds)} at most` : `RPO ${promisedText(rpoSeconds)}`;
}

/** Why a repository does not count; follows its name: 'cloud is 75 h old (RPO 24 h)'. */
export function rejectionText(
  reason: RejectionReason,
  words: Words,
  copies: readonly Pick<CopyVerdict, 'repositoryId' | 'repositoryName'>[] = [],
): string {
  switch (reason.code) {
    case 'no-point':
      return 'holds no recovery point';
    case 'stale':
      return `is ${durationText(reason.ageSeconds * SECOND)} old (${ageAllowedText(reason.rpoSeconds, words)})`;
    case 'future':
      return `has a point from the future (${words.formatInstant(reason.takenAt)})`;
    case 'incomplete':
      return `has a newest point that is ${reason.state === 'unknown' ? 'not known to be complete' : reason.state}`;
    case 'run-not-accepted':
      return `has a newest point whose run ended ${reason.outcome}`;
    case 'restore-test-failed':
      return `failed its restore test on ${words.formatInstant(reason.testedAt)}`;
    case 'verification-problems':
      return `has problems that a ${depthText(reason.depth)} check found on ${words.formatInstant(reason.foundAt)}`;
    case 'own-failure-domain':
      return 'stands or falls with the system itself';
    case 'shared-failure-domain': {
      const other = copies.find((copy) => copy.repositoryId === reason.countedRepositoryId);
      return `stands or falls with ${other?.repositoryName ?? 'another copy'}, which is already counted (${domainText(reason.failureDomain)})`;
    }
    case 'wrong-capture':
      return `holds ${reason.capture ?? 'an unknown kind'}, the policy asks for ${reason.required}`;
    case 'sources-missing':
      return `lacks ${listText(reason.missing)} since ${words.formatInstant(reason.since)}`;
    case 'not-listed':
      return `no longer lists its newest point (${words.formatInstant(reason.listedAt)})`;
    case 'unreadable':
      return `${problemText(reason.problem)} (${words.formatInstant(reason.attemptedAt)})`;
  }
}

/** Why a counted copy does not count for a further digit. */
export function shortfallText(reason: ShortfallReason, words: Words): string {
  switch (reason.code) {
    case 'media-unknown':
      return 'nobody said what it is stored on';
    case 'media-inferred':
      return `${reason.value} is only a guess`;
    case 'site-unknown':
      return 'nobody said where it stands';
    case 'system-site-unknown':
      return 'nobody said where the system stands';
    case 'same-site':
      return `stands at ${reason.siteName}, where the system is`;
    case 'too-near':
      return `${Math.round(reason.distanceKm)} km away, the policy asks for ${reason.distanceKmMin} km`;
    case 'not-immutable':
      return 'can be changed or deleted';
    case 'lock-too-short':
      return `locked until ${words.formatInstant(reason.until)}, the policy asks for ${promisedText(reason.windowSeconds)} from now`;
    case 'lock-not-provable':
      return 'its lock is not provable: points share objects, and nothing shows that locks are extended';
    case 'append-only-not-accepted':
      return 'append-only, which the policy does not accept';
    case 'not-verified':
      return reason.lastCleanAt === null
        ? `never passed a ${depthText(reason.depth)} check`
        : `last passed a ${depthText(reason.depth)} check on ${words.formatInstant(reason.lastCleanAt)}`;
  }
}

/** A finding in one line, without a full stop. */
export function findingText(finding: Pick<OpenFinding, 'detail' | 'rule' | 'subject'>, words: Words): string {
  const { detail, subject } = finding;
  switch (detail.kind) {
    case 'digit':
      return digitText(detail.digit, detail.actual, detail.required);
    case 'failure-domain':
      return detail.repositoryIds.length > 1
        ? `${detail.repositoryIds.length} repositories share ${domainText(detail.failureDomain)}`
        : `${subject.name} shares ${domainText(detail.failureDomain)} with the system itself`;
    case 'age':
      return detail.newestTakenAt === null
        ? `no recovery point (${ageAllowedText(detail.rpoSeconds, words)})`
        : `no usable point within ${words.isPlain ? 'the agreed' : 'the RPO of'} ${promisedText(detail.rpoSeconds)}; the newest is of ${words.formatInstant(detail.newestTakenAt)}`;
    case 'run':
      if (finding.rule === 'run-incomplete') return `the last run of ${subject.name} ended with warnings`;
      return detail.count >= 3
        ? `${subject.name} failed ${detail.count} times in a row`
        : `the last run of ${subject.name} failed`;
    case 'missed': {
      const due = words.formatInstant(detail.dueAt);
      const by = words.formatInstant(detail.deadline);
      return detail.count > 1
        ? `${subject.name} was missed ${detail.count} times in a row, last due ${due}, nothing by ${by}`
        : `${subject.name} was due ${due}, nothing by ${by}`;
    }
    case 'sources':
      return `${listText(detail.missing)} missing since ${words.formatInstant(detail.since)}`;
    case 'verification':
      return `a ${depthText(detail.depth)} check of ${subject.name} found problems on ${words.formatInstant(detail.at)}`;
    case 'restore-test':
      return `a restore test from ${subject.name} failed on ${words.formatInstant(detail.at)}`;
    case 'unreadable':
      return `${subject.name} ${problemText(detail.problem)}`;
    case 'points':
      return `${detail.count} ${detail.count === 1 ? 'point' : 'points'} of ${subject.name} vanished that should have stayed`;
    case 'declaration':
      return `what was declared about ${subject.name} (${detail.attribute}) expired on ${words.formatInstant(detail.until)}`;
    case 'attestation':
      return attestationText(subject.name, detail, words);
    case 'stalled':
      return `a run of ${subject.name} began ${words.formatInstant(detail.startedAt)} and did not end within ${promisedText(detail.secondsMax)}`;
    case 'source-loss':
      return `the run of ${words.formatInstant(detail.at)} found ${measuredText(detail.measure, detail.value)} where ${measuredText(detail.measure, detail.median)} are usual`;
    case 'unverified':
      return unverifiedText(subject.name, detail, words);
    case 'untested':
      return detail.lastTestAt === null
        ? `nobody ever restored ${subject.name}: backups are running, but no data was brought back and compared`
        : `the last restore test of ${subject.name} was on ${words.formatInstant(detail.lastTestAt)}`;
    case 'expiring':
      if (detail.isGone)
        return `retention has removed the last verified point, of ${words.formatInstant(detail.takenAt)}, from ${subject.name}; what is there now was never verified, and the next verification is due ${words.formatInstant(detail.dueAt)}`;
      return `retention will remove the last verified point, of ${words.formatInstant(detail.takenAt)} in ${subject.name}, about ${words.formatInstant(detail.expiresAt)}; the next verification is due ${words.formatInstant(detail.dueAt)}`;
    case 'kept':
      return keptText(subject.name, detail, words);
    case 'not-kept':
      return finding.rule === 'retention-gap'
        ? `no usable point of ${subject.name} is kept for ${periodsText(detail)}, though a run succeeded`
        : tooShortText(subject.name, detail, words);
    case 'too-old':
      return `${detail.count} ${detail.count === 1 ? 'point' : 'points'} of ${subject.name} ${detail.count === 1 ? 'is' : 'are'} older than the ${detail.ageDaysMax} days agreed, the oldest of ${words.formatInstant(detail.oldestTakenAt)}`;
    case 'encryption':
      return detail.isKnown
        ? `${subject.name} is not encrypted, the policy asks for it`
        : `nothing says that ${subject.name} is encrypted, the policy asks for it`;
    case 'capture':
      return `no ${detail.required} of ${subject.name} is there, the policy asks for one`;
    case 'capacity':
      return `${subject.name} has ${bytesText(detail.freeBytes)} of ${bytesText(detail.totalBytes)} free (${percentText(detail.freeBytes / detail.totalBytes)})`;
    case 'forecast':
      return `${subject.name} will be full about ${words.formatInstant(detail.fullAt)}, ${detail.latestAt === null ? `at the earliest ${words.formatInstant(detail.earliestAt)}` : `between ${words.formatInstant(detail.earliestAt)} and ${words.formatInstant(detail.latestAt)}`}, by ${detail.count} days`;
    case 'anomaly':
      return anomalyText(subject.name, detail);
    case 'silence':
      return `agent ${subject.name} was last heard ${words.formatInstant(detail.lastHeardAt)}, the policy allows ${promisedText(detail.silenceSeconds)}`;
    case 'sequences':
      return `${detail.count} ${detail.count === 1 ? 'report' : 'reports'} of agent ${subject.name} never arrived (${detail.from === detail.to ? `number ${detail.from}` : `numbers ${detail.from} to ${detail.to}`})`;
    case 'clock':
      return `the clock of ${subject.name} is ${durationText(Math.abs(detail.skewMs))} ${detail.skewMs > 0 ? 'behind' : 'ahead of'} ours`;
    case 'tool':
      return detail.message.replace(/\.$/, '');
    case 'not-covered':
      return detail.isHeard
        ? `${subject.name} is in the inventory and reports, and has neither a backup job nor a recovery point`
        : `${subject.name} is in the inventory, and nothing was ever heard of it`;
    case 'rto':
      return rtoText(subject.name, detail);
    case 'rto-unknown':
      return `whether ${subject.name} can be restored within the RTO of ${promisedText(detail.rtoSeconds)} is not known: ${detail.lacks === 'never-timed' ? 'no restore was ever timed' : 'nothing says how large it is'}`;
    case 'drill':
      return drillText(subject.name, detail, words);
    case 'unmanaged':
      return `${subject.name} reports, though no inventory lists it and no policy was chosen for it`;
  }
}

type DetailOf<Kind extends OpenFinding['detail']['kind']> = Extract<OpenFinding['detail'], { kind: Kind }>;

function drillText(name: string, detail: DetailOf<'drill'>, words: Words): string {
  switch (detail.outcome) {
    case 'noticed':
      return `DRILL on ${name}, nothing is wrong: a file restored from ${detail.repositoryName} was damaged on purpose, and that was noticed`;
    case 'unnoticed':
      return `a restore test on ${name} did not notice a file that a drill had damaged (${words.formatInstant(detail.at)})`;
    case 'copy-damaged':
      return `a drill on ${name} found that the copy in ${detail.repositoryName} is not whole (${words.formatInstant(detail.at)})`;
  }
}

function attestationText(name: string, detail: DetailOf<'attestation'>, words: Words): string {
  const what = detail.what === 'access' ? `who can reach ${name}` : `where the key of ${name} is kept`;
  const when = detail.dueAt === null ? '' : words.formatInstant(detail.dueAt);
  switch (detail.standing) {
    case 'missing':
      return `nobody attested ${what}`;
    case 'lacking':
      return `${name} is reached without ${detail.lacks.join(' and without ')}, as was attested`;
    case 'due-soon':
      return `${detail.owner ?? 'somebody'} has to attest ${what} again by ${when}`;
    case 'overdue':
      return `${detail.owner ?? 'somebody'} was to attest ${what} again by ${when}`;
  }
}

function rtoText(name: string, detail: DetailOf<'rto'>): string {
  const { seconds, rtoSeconds, sizeBytes, sampleBytes, sampleSeconds, isSample, repositoryName } = detail;
  const sample = `${bytesText(sampleBytes)} restored from ${repositoryName} in ${durationText(sampleSeconds * SECOND)}`;
  const how = isSample ? `extrapolated from ${sample}` : sample;
  return `a full restore of ${name} (${bytesText(sizeBytes)}) would take ${durationText(seconds * SECOND)}, the RTO is ${promisedText(rtoSeconds)}: ${how}`;
}

function unverifiedText(name: string, detail: DetailOf<'unverified'>, words: Words): string {
  const depth = depthText(detail.depth);
  if (detail.lastCleanAt !== null)
    return `${name} last passed a ${depth} check on ${words.formatInstant(detail.lastCleanAt)}`;
  if (detail.shallowerAt === null) return `${name} never passed a ${depth} check`;
  return `${name} never passed a ${depth} check: that of ${words.formatInstant(detail.shallowerAt)} looked less deep`;
}

function keptText(name: string, detail: DetailOf<'kept'>, words: Words): string {
  if (detail.message !== null) return `${name}: ${detail.message.replace(/\.$/, '')}`;
  const oldest =
    detail.oldestTakenAt === null ? '' : `, the oldest of ${words.formatInstant(detail.oldestTakenAt)}`;
  return `${detail.count} ${detail.count === 1 ? 'point' : 'points'} of ${name} should be gone by the tool's own rule${oldest}`;
}

/** 'week 47 of 2026, week 45 of 2026', or 'and 3 more' after them. */
function periodsText({ periods, count }: DetailOf<'not-kept'>): string {
  return count > periods.length
    ? `${periods.join(', ')} and ${count - periods.length} more`
    : listText(periods);
}

function tooShortText(name: string, detail: DetailOf<'not-kept'>, words: Words): string {
  const { count, oldestTakenAt, missingOfLast } = detail;
  const reach =
    oldestTakenAt === null
      ? `no usable point of ${name} is left`
      : `usable points of ${name} reach back to ${words.formatInstant(oldestTakenAt)} only`;
  const lacks = [
    count > 0 && `nothing is kept of ${periodsText(detail)}, though runs succeeded`,
    missingOfLast > 0 &&
      `${missingOfLast} of the newest that were promised ${missingOfLast === 1 ? 'is' : 'are'} missing`,
  ];
  return `${reach}: ${lacks.filter(Boolean).join('; ')}`;
}

/** The numbers are shown with it: median, median absolute deviation, score, how many runs. */
function anomalyText(name: string, { measure, numbers }: DetailOf<'anomaly'>): string {
  const { value, median, mad, score, count } = numbers;
  const verb = measure === 'changed-bytes' ? 'changed' : 'holds';
  const far = numbers.kind === 'unusually-small' ? 'far less' : 'far more';
  return `the last run of ${name} ${verb} ${measuredText(measure, value)}, ${far} than usual (median ${measuredText(measure, median)}, deviation ${measuredText(measure, mad)}, score ${score.toFixed(1)}, ${count} runs)`;
}

function measuredText(measure: DetailOf<'anomaly'>['measure'], value: number): string {
  return measure === 'files' ? `${Math.round(value)} files` : bytesText(value);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** As screens write sizes: '512 B', '1.3 GiB'. */
function bytesText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1024 && unit < BYTE_UNITS.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${BYTE_UNITS[unit] ?? 'B'}`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** A change as an order: 'say where nas-02 stands'. */
export function changeText({ change }: Pick<CandidateChange, 'change'>): string {
  switch (change.kind) {
    case 'fresh-point':
      return `get a new recovery point into ${change.repositoryName}`;
    case 'repair-repository':
      return `make ${change.repositoryName} readable again`;
    case 'clean-verification':
      return `verify ${change.repositoryName} with a clean ${depthText(change.depth)} check`;
    case 'say-site':
      return `say where ${change.subjectName} stands`;
    case 'say-media':
      return `say what ${change.repositoryName} is stored on`;
    case 'say-failure-domain':
      return `move ${change.repositoryName} to hardware of its own, or say that it is`;
    case 'lock':
      return `lock ${change.repositoryName} for ${promisedText(change.windowSeconds)}`;
    case 'add-copy':
      return change.isOffsite ? 'add one copy at another site' : 'add one copy at this site';
    case 'restore-sources':
      return `back up ${listText(change.missing)} again`;
    case 'restore-test':
      return 'pass a restore test of level L4';
  }
}

/** 'Smallest change: …', or null where every digit passes or nothing single would do. */
export function smallestChangeSentence(verdict: Verdict): string | null {
  return verdict.smallestChange === null ? null : `Smallest change: ${changeText(verdict.smallestChange)}.`;
}

/** What gets worse next, and when; null: nothing will. */
export function nextSentence(verdict: Verdict, words: Words): string | null {
  if (verdict.failsAt === null) return null;
  const verb = verdict.status === 'non-compliant' ? 'gets worse' : 'fails';
  const next = verdict.copies
    .filter((copy) => copy.isCounted && copy.point?.freshUntil === verdict.failsAt)
    .map((copy) => copy.repositoryName);
  const why = next.length === 0 ? '' : `: the copy in ${listText(next)} goes stale`;
  return `If nothing new arrives, it ${verb} at ${words.formatInstant(verdict.failsAt)}${why}.`;
}

function depthText(depth: 'structure' | 'data-subset' | 'data'): string {
  return depth === 'data-subset' ? 'partial data' : depth;
}

/** What went wrong when a repository was read; follows its name. */
export function problemText(problem: Extract<RejectionReason, { code: 'unreadable' }>['problem']): string {
  switch (problem) {
    case 'wrong_password':
      return 'refuses the password';
    case 'repository_missing':
      return 'is gone: no repository was found';
    case 'repository_locked':
      return 'is locked by another run';
    case 'permission':
      return 'refuses access';
    case 'timeout':
    case 'network':
      return 'did not answer';
    case 'disk_full':
    case 'quota':
      return 'is full';
    case 'unreadable':
      return 'cannot be read';
    case 'tool_missing':
      return 'could not be read: the tool is not installed';
    case 'unsupported_version':
      return 'could not be read: its version is not supported';
  }
}

/** An inferred domain carries its kind, which is ours. */
function domainText(failureDomain: string): string {
  return failureDomain.replace(/^host:/, '');
}

function listText(names: readonly string[]): string {
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
