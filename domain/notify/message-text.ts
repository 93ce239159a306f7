import { cutText } from '../text/cut-text';
import { visibleText } from '../text/visible-text';
import { DAY, type Instant } from '../time/instant';
import { localAt } from '../time/zone-clock';
import type { Step } from './decide-messages';
import type { MessageContent, ToldCause } from './message-content';

/** Causes that a text lists; who wants the others opens the queue. */
const LISTED_MAX = 40;
const TITLE_LENGTH_MAX = 200;
const SUBJECT_LENGTH_MAX = 140;

/** One cause in words. All of it is plain text without anything that hides, and may hold what others typed. */
interface MessageLine {
  /** 'Critical at Eskerby Council'. */
  readonly head: string;
  readonly title: string;
  /** 'open since Fri 27 Nov 22:04, 14 systems'. */
  readonly facts: string;
  /** Where it is shown. */
  readonly url: string;
}

/** A message in words, for whatever it is sent as. */
export interface MessageText {
  /** One line. */
  readonly subject: string;
  readonly lead: string;
  readonly lines: readonly MessageLine[];
  /** null: all are listed. */
  readonly more: string | null;
  readonly foot: string;
  readonly url: string;
}

/** @param appOrigin scheme, host and port of this Holdfast, without a trailing slash */
export function messageText(content: MessageContent, appOrigin: string): MessageText {
  if (content.kind === 'test') return testText(content, appOrigin);
  const { causes, causeCount, ruleName, mspName } = content;
  const [first] = causes;
  const isOne = causeCount === 1 && first !== undefined;
  const lines = causes.slice(0, LISTED_MAX).map((cause) => lineOf(cause, content.timeZone, appOrigin));
  const hidden = causeCount - lines.length;
  return {
    subject: oneLine(isOne ? oneSubject(first) : listSubject(content), SUBJECT_LENGTH_MAX),
    lead: isOne ? (first.isDrill ? DRILL_LEADS : LEADS)[first.step] : listLead(content),
    lines,
    more: hidden > 0 ? `and ${hidden} more.` : null,
    foot: oneLine(`Holdfast told you by the rule ‘${ruleName}’ of ${mspName}.`, 300),
    url: isOne ? causeUrl(first, appOrigin) : `${appOrigin}/findings`,
  };
}

type TestContent = Extract<MessageContent, { kind: 'test' }>;
type CausesContent = Extract<MessageContent, { kind: 'causes' }>;

function testText({ mspName, byName }: TestContent, appOrigin: string): MessageText {
  return {
    subject: 'A test from Holdfast',
    lead: 'This is a test. Nothing is wrong.',
    lines: [],
    more: null,
    foot: oneLine(`${byName} of ${mspName} asked Holdfast to send it.`, 300),
    url: `${appOrigin}/settings/notifications`,
  };
}

const LEADS: Readonly<Record<Step, string>> = {
  opened: 'Something needs somebody.',
  worse: 'Something got worse.',
  over: 'Something was wrong for a while, and is over.',
  resolved: 'Something is settled.',
  escalated: 'Nobody has acknowledged this yet.',
};

const DRILL_LEADS: Readonly<Record<Step, string>> = {
  opened:
    'This is a DRILL. Nothing is wrong: it proves that this alarm reaches you. Say so to whoever asked for it, or confirm it in Holdfast.',
  worse: 'This is a DRILL. Nothing is wrong.',
  over: 'This was a DRILL, and it is over. Nothing was wrong.',
  resolved: 'The DRILL is over. Nothing was wrong.',
  escalated: 'This is a DRILL, and nobody has acknowledged it yet. Nothing is wrong.',
};

const STEP_WORDS: Readonly<Record<Step, string>> = {
  opened: 'new',
  worse: 'worse',
  over: 'came and went',
  resolved: 'settled',
  escalated: 'not acknowledged',
};

function oneSubject({ step, severity, title, clientName, isDrill }: ToldCause): string {
  if (isDrill) return `${step === 'opened' ? '' : `DRILL ${STEP_WORDS[step]}: `}${title} (${clientName})`;
  const word = step === 'opened' ? severity : STEP_WORDS[step];
  return `${capital(word)}: ${title} (${clientName})`;
}

function listSubject({ causeCount, causes }: CausesContent): string {
  const clients = new Set(causes.map(({ clientName }) => clientName)).size;
  const real = causes.filter(({ isDrill }) => !isDrill);
  const critical = real.filter(({ severity, closedAt }) => severity === 'critical' && closedAt === null);
  const open = critical.length > 0 ? `, ${critical.length} of them critical` : '';
  const drills = causes.length - real.length;
  const exercise = drills > 0 ? `, ${drills} of them a DRILL` : '';
  return `${causeCount} findings at ${clients === 1 ? (causes[0]?.clientName ?? '1 client') : `${clients} clients`}${open}${exercise}`;
}

function listLead({ causeCount, causes }: CausesContent): string {
  const parts = Object.entries(STEP_WORDS).flatMap(([step, word]) => {
    const count = causes.filter((cause) => cause.step === step).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  const drills = causes.filter(({ isDrill }) => isDrill).length;
  const exercise =
    drills > 0 ? ` ${drills} of them ${drills === 1 ? 'is' : 'are'} a DRILL: nothing is wrong there.` : '';
  return `${causeCount} causes at once: ${parts.join(', ')}.${exercise}`;
}

function lineOf(cause: ToldCause, timeZone: string, appOrigin: string): MessageLine {
  const { severity, step, clientName, title, openedAt, closedAt, systemCount, isDrill } = cause;
  const systems = `${systemCount} ${systemCount === 1 ? 'system' : 'systems'}`;
  const when =
    closedAt === null
      ? `open since ${instantText(openedAt, timeZone)}, ${systems}`
      : `from ${instantText(openedAt, timeZone)} to ${instantText(closedAt, timeZone)}`;
  return {
    head: oneLine(`${isDrill ? 'DRILL' : capital(severity)} at ${clientName}`, TITLE_LENGTH_MAX),
    title: oneLine(title, TITLE_LENGTH_MAX),
    facts: step === 'opened' ? when : `${STEP_WORDS[step]}, ${when}`,
    url: causeUrl(cause, appOrigin),
  };
}

function causeUrl({ causeId }: ToldCause, appOrigin: string): string {
  return `${appOrigin}/findings?cause=${causeId}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 'Fri 27 Nov 22:04' by the wall clock of an IANA zone: as the screens tell it. */
export function instantText(at: Instant, timeZone: string): string {
  const local = new Date(Math.floor(localAt(at, timeZone) / DAY) * DAY);
  const clock = new Date(localAt(at, timeZone)).toISOString().slice(11, 16);
  return `${WEEKDAYS[local.getUTCDay()]} ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${clock}`;
}

/** No header, line or direction of a message can come from what somebody typed. */
function oneLine(text: string, lengthMax: number): string {
  return cutText(visibleText(text.replaceAll(/\s+/g, ' ').trim()), lengthMax);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
