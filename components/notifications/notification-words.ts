import { severityRank } from '@/domain/findings/harm';
import type { Step } from '@/domain/notify/decide-messages';
import type { ChannelKind, DeliveryProblem } from '@/domain/notify/delivery';
import type { QuietHours, RuleTerms, Telling } from '@/domain/notify/notification-rule';
import { counted } from '../format/amounts';

export const KIND_WORDS: Readonly<Record<ChannelKind, string>> = {
  email: 'E-mail',
  webhook: 'Signed webhook',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  'rest-tickets': 'Ticket system (REST)',
  connectwise: 'ConnectWise Manage',
};

export const TELLING_WORDS: Readonly<Record<Telling, string>> = {
  opened: 'it opens',
  worse: 'it gets worse',
  resolved: 'it is settled',
};

const STEP_WORDS: Readonly<Record<Step, string>> = {
  opened: 'Opened',
  worse: 'Got worse',
  over: 'Came and went',
  resolved: 'Settled',
  escalated: 'Not acknowledged',
};

/** ISO: Monday is 1. */
export const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** What a rule tells: 'Critical and warning, when it opens or is settled; 2 clients'. */
export function whatText({ severities, tells, findingRules, clientIds }: RuleTerms): string {
  const grave = severities.toSorted((a, b) => severityRank(a) - severityRank(b));
  const first = severities.length === 3 ? 'Every severity' : sentence(grave.join(' and '));
  const when = tells.map((one) => TELLING_WORDS[one]).join(', ');
  const kinds = findingRules === null ? '' : `; ${counted(findingRules.length, 'kind')} of finding`;
  const clients = clientIds === null ? 'all clients' : counted(clientIds.length, 'client');
  return `${first}, when ${when}${kinds}; ${clients}`;
}

/** When it tells: 'As it happens; quiet 22:00–07:00, critical passes'. */
export function whenText({ digestHour, quiet }: RuleTerms): string {
  const when = digestHour === null ? 'As it happens' : `Once a day at ${clock(digestHour * 60)}`;
  return quiet === null ? when : `${when}; quiet ${quietText(quiet)}`;
}

function quietText({ windows, criticalPasses }: QuietHours): string {
  const parts = windows.map(({ days, fromMinute, toMinute }) => {
    const names = days.toSorted((a, b) => a - b).map((day) => DAY_NAMES[day - 1]);
    const which = days.length === 7 ? '' : `${names.join(' ')} `;
    return fromMinute === toMinute ? `${which}all day` : `${which}${clock(fromMinute)}–${clock(toMinute)}`;
  });
  return `${parts.join(', ')}${criticalPasses ? ', critical passes' : ''}`;
}

/** '07:00' of minutes since midnight. */
export function clock(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** Minutes since midnight of '07:00'; null: that is none. */
export function minuteOf(typed: string): number | null {
  const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)$/.exec(typed) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) return null;
  return Number(hours) * 60 + Number(minutes);
}

interface ToldNotification {
  readonly ruleName: string | null;
  readonly causeCount: number;
  readonly title: string | null;
  readonly clientName: string | null;
  readonly step: Step | null;
}

/** What a notification said: 'Opened: nas-01 did not answer'. */
export function saidText({ ruleName, causeCount, title, step }: ToldNotification): string {
  if (ruleName === null || step === null || title === null) return 'A test';
  return causeCount === 1 ? `${STEP_WORDS[step]}: ${title}` : `${causeCount} causes, first of all: ${title}`;
}

/** Where it happened. */
export function saidOfText({ causeCount, clientName }: ToldNotification): string | null {
  return causeCount === 1 ? clientName : null;
}

/** Why a delivery came to nothing. */
export const PROBLEM_WORDS: Readonly<Record<DeliveryProblem, string>> = {
  unreachable: 'Nobody answers there.',
  unencrypted: 'The mail server offers no encryption.',
  'sign-in-refused': 'The mail server refuses the name or password in SMTP_URL.',
  deferred: 'The receiver puts it off.',
  refused: 'The receiver refuses it.',
  'not-written': 'No mail server is set, and the file could not be written.',
  unreadable: 'The address was encrypted with a key that Holdfast no longer has. Add the channel anew.',
  'forbidden-address': 'The address leads into a private network, where Holdfast sends nothing.',
  redirected: 'The address sends elsewhere. Enter the one that it leads to.',
  'too-slow': 'It took longer than ten seconds.',
  'channel-removed': 'The channel was removed.',
};

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
