import type { PullProblem } from '@/domain/pull/pull-problem';
import type { Status } from '@/domain/protection/verdict';

/** What the route of a channel's messages answers, as far as it is shown. */
export interface Arrived {
  readonly closedAt: string | null;
  /** Why the last pull came to nothing; null: it did not, or the channel pulls nothing. */
  readonly pullProblem: PullProblem | null;
  /** Newest first. */
  readonly messages: readonly ArrivedMessage[];
  readonly systems: readonly { readonly systemId: string; readonly name: string; readonly status: Status }[];
}

export interface ArrivedMessage {
  readonly rawReportId: string;
  readonly receivedAt: string;
  readonly state: 'pending' | 'processed' | 'quarantined';
  readonly reason: string | null;
  readonly ping: { readonly kind: 'success' | 'fail' | 'start' | 'log' | 'ign' } | null;
  readonly runs: readonly {
    readonly runId: string;
    readonly jobName: string;
    readonly status: 'success' | 'warning' | 'failed' | 'cancelled' | 'running' | 'missed' | 'unknown';
    readonly systemId: string;
    readonly systemName: string;
  }[];
}

/**
 * How far it is: `misfit`: what came is put aside, or tells of no run. The newest message that tells of a run decides, before any that
 * does not.
 */
export type Arrival =
  | { readonly stage: 'waiting' }
  | { readonly stage: 'reading'; readonly message: ArrivedMessage }
  | { readonly stage: 'arrived'; readonly message: ArrivedMessage }
  | { readonly stage: 'misfit'; readonly message: ArrivedMessage };

export function arrivalOf({ messages }: Pick<Arrived, 'messages'>): Arrival {
  const [newest] = messages;
  if (!newest) return { stage: 'waiting' };
  if (newest.state === 'pending') return { stage: 'reading', message: newest };
  const told = messages.find(({ runs }) => runs.length > 0);
  if (told && newest.state !== 'quarantined') return { stage: 'arrived', message: told };
  return { stage: 'misfit', message: newest };
}

/** Why a message does not fit, and what can be done about it, in plain words. */
export function misfitText({ reason, ping, state }: ArrivedMessage): { why: string; cure: string } {
  if (state === 'quarantined')
    return {
      why: reason ?? 'It could not be read.',
      cure: 'Most products send a test message first: then wait for the first real one. If this is how its real ones look, make a rule that says what they mean, or let the script ping instead.',
    };
  if (ping?.kind === 'log')
    return {
      why: 'It is a line of a log: that changes nothing.',
      cure: 'Call the address without /log at the end of the backup, with its exit status.',
    };
  if (ping?.kind === 'ign')
    return {
      why: 'Its check does not listen to it: it is paused, takes POST alone, or has words to look for that are not in it.',
      cure: 'Look at the settings of the check, or at what the script sends.',
    };
  return {
    why: reason ?? 'It tells of no run.',
    cure: 'It is kept. The first message about a backup makes a run of its system.',
  };
}
