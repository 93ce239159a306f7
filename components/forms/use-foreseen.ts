import { useRouter } from 'next/navigation';
import { startTransition, useRef, useState } from 'react';
import { isWorthRefreshing, type Refusal, type Sent } from './send-json';
import { useNotify } from '../ui/toaster';

/** Something that is done at once, of one or several subjects. */
interface Act<Outcome, Answer> {
  /** Its subjects, such as the ids of causes. */
  readonly keys: readonly string[];
  /** What it makes of each; null: nothing that may be shown before the server has said so. */
  readonly outcome: Outcome | null;
  readonly send: () => Promise<Sent<Answer>>;
  /** What did not come about, short, as it stands beside a subject: 'Not acknowledged'. */
  readonly undone: string;
  /** Of what, for the notice: 'nas-01 did not answer'. */
  readonly of: string;
  /** Does the same again, or asks anew for what was wrong. */
  readonly tryAgain: (refusal: Refusal) => void;
  /** Where the refusal stands elsewhere, as beside the fields of an open form; left out: it does not. */
  readonly isToldElsewhere?: boolean;
}

/** What came to nothing, for the mark beside its subject. */
export interface Undone {
  readonly text: string;
  readonly tryAgain: () => void;
}

export interface Foreseen<Outcome> {
  /** What is under way for a subject, in the order it was done. */
  readonly foreseenOf: (key: string) => readonly Outcome[];
  /** What last came to nothing there, until it is done anew or put away; null: nothing. */
  readonly undoneOf: (key: string) => Undone | null;
  readonly putAway: (key: string) => void;
  readonly act: <Answer>(act: Act<Outcome, Answer>) => Promise<Sent<Answer>>;
  /** Runs something once all that was done before has been answered. */
  readonly inTurn: <T>(run: () => Promise<T>) => Promise<T>;
}

/**
 * Shows what acts will have made of their subjects before the server answers: until the page that was made anew is there, or, where it
 * is refused, goes back at once, with a mark beside the subject and a notice, both of which offer to try again. Acts are sent one after
 * the other, so that each meets what the one before left. Why not `useOptimistic`: docs/decisions/foreseen.md.
 */
export function useForeseen<Outcome>(): Foreseen<Outcome> {
  const router = useRouter();
  const notify = useNotify();
  const [pending, setPending] = useState<readonly Act<Outcome, unknown>[]>([]);
  const [undone, setUndone] = useState<ReadonlyMap<string, Undone>>(new Map());
  const turn = useRef<Promise<unknown>>(Promise.resolve());

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = turn.current.then(run);
    // One that throws is a bug of its own, not an end of all others.
    turn.current = done.catch(() => null);
    return done;
  }

  function putAway(keys: readonly string[]) {
    setUndone((former) => new Map([...former].filter(([key]) => !keys.includes(key))));
  }

  function refuse({ keys, undone: what, of, ...done }: Act<Outcome, unknown>, refusal: Refusal) {
    const tryAgain = () => done.tryAgain(refusal);
    const mark: Undone = { text: `${what}: ${reasonOf(refusal)}`, tryAgain };
    setUndone((former) => new Map([...former, ...keys.map((key) => [key, mark] as const)]));
    notify({ text: `${of}: ${what.toLowerCase()}. ${refusal.sentence}`, tryAgain });
  }

  async function act<Answer>(done: Act<Outcome, Answer>): Promise<Sent<Answer>> {
    const drop = () => setPending((former) => former.filter((one) => one !== done));
    setPending((former) => [...former, done]);
    putAway(done.keys);
    const sent = await inTurn(done.send);
    if (sent.isOk) {
      // In one transition: what was foreseen goes when the page that has it comes.
      startTransition(() => {
        router.refresh();
        drop();
      });
      return sent;
    }
    drop();
    if (!done.isToldElsewhere) refuse(done, sent.refusal);
    if (isWorthRefreshing(sent.refusal)) startTransition(() => router.refresh());
    return sent;
  }

  return {
    foreseenOf: (key) =>
      pending.flatMap(({ keys, outcome }) => (outcome !== null && keys.includes(key) ? [outcome] : [])),
    undoneOf: (key) => undone.get(key) ?? null,
    putAway: (key) => putAway([key]),
    act,
    inTurn,
  };
}

/** Why, in a few words; the notice has the whole sentence. */
function reasonOf({ status, sentence }: Refusal): string {
  switch (status) {
    case 0:
      return 'Holdfast did not answer';
    case 401:
      return 'you are signed out';
    case 404:
      return 'it is not there any more';
    case 409:
      return 'it has changed since';
    default:
      return sentence;
  }
}
