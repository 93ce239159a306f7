'use client';

import { useRouter } from 'next/navigation';
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from 'react';
import { countText } from '../format/amounts';
import { isWorthRefreshing, type Sent, sendAct } from '../forms/send-json';
import { type Foreseen, useForeseen } from '../forms/use-foreseen';
import { isTyping } from '../shell/row-keys';
import { useNotify } from '../ui/toaster';
import type { QueueTab } from '@/domain/findings/queue-tab';
import type { Former } from './cause-dialog';
import { type CauseOutcome, leavesTab, outcomeOf } from './cause-outcome';
import {
  type Assignee,
  type CauseVerb,
  type DialogVerb,
  isDialogVerb,
  isShownAtOnce,
  type TicketSystemChoice,
  VERB_ADDRESS,
  VERB_BODY,
  VERB_DONE,
  VERB_KEYS,
  VERB_UNDONE,
  type WorkableCause,
} from './cause-verbs';

interface Work extends Pick<Foreseen<CauseOutcome>, 'foreseenOf' | 'undoneOf' | 'putAway'> {
  readonly selected: ReadonlySet<string>;
  readonly select: (causeIds: readonly string[], isSelected: boolean) => void;
  readonly mayWork: boolean;
  /** Does something to the selected causes, or where a cause is given to it alone. */
  readonly act: (verb: CauseVerb, cause?: WorkableCause) => void;
  /** Whether a cause goes from the list by what is under way. */
  readonly isLeaving: (causeId: string) => boolean;
}

const WorkContext = createContext<Work | null>(null);

/** What the parts of the queue share: which causes are selected, and what can be done to them. */
export function useCauseWork(): Work {
  const work = useContext(WorkContext);
  if (!work) throw new Error('only within CauseWork');
  return work;
}

interface Props {
  /** Those of the list, in its order. */
  causes: readonly WorkableCause[];
  /** The one that stands open beside it. */
  opened: WorkableCause | null;
  /** The part of the queue that is listed. */
  tab: QueueTab;
  mayWork: boolean;
  assignees: readonly Assignee[];
  personId: string;
  ticketSystems: readonly TicketSystemChoice[];
  children: ReactNode;
}

const TICKET_VERBS: ReadonlySet<CauseVerb> = new Set(['open-ticket', 'withdraw-ticket', 'retry-ticket']);
/** The worker looks every two seconds, and an answer takes ten at most. */
const ANSWERED_AFTER_MS = [3500, 12_000];

const loadDialog = async () => ({ default: (await import('./cause-dialog')).CauseDialog });
const CauseDialog = lazy(loadDialog);

interface Asked {
  /** Another each time, so that each is asked from the start. */
  readonly number: number;
  readonly verb: DialogVerb;
  readonly causes: readonly WorkableCause[];
  readonly opener: HTMLElement | null;
  readonly former: Former | null;
}

/** What the routes of the verbs answer. */
interface Made {
  readonly changeId: string;
  readonly versions: Readonly<Record<string, number>>;
}
interface Undone {
  readonly left: number;
  readonly versions: Readonly<Record<string, number>>;
}

/**
 * Works on the causes of the queue, by pointer and by keyboard: x selects, X all, a s z t w c and m (to me) act on what is selected, else on the row
 * with the focus, else on the cause that stands open; u takes the last change back, Escape the selection and then the open cause. What
 * can be is shown at once, and goes back where the server refuses. When a row leaves the list, the next one has the focus.
 */
export function CauseWork({
  causes,
  opened,
  tab,
  mayWork,
  assignees,
  personId,
  ticketSystems,
  children,
}: Props) {
  const router = useRouter();
  const notify = useNotify();
  const foreseen = useForeseen<CauseOutcome>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const lastChange = useRef<string | null>(null);
  const versionOf = useVersions(causes, opened);
  const isLeaving = (causeId: string): boolean =>
    foreseen.foreseenOf(causeId).some((outcome) => leavesTab(tab, outcome, personId));
  const shown = causes.filter(({ causeId }) => !isLeaving(causeId));
  const placeInList = useKeptFocus(shown, opened?.causeId ?? null);
  const present = shown.filter((cause) => chosen.has(cause.causeId));
  const selected = new Set(present.map((cause) => cause.causeId));

  function select(causeIds: readonly string[], isSelected: boolean) {
    const next = new Set(selected);
    for (const id of causeIds)
      if (isSelected) next.add(id);
      else next.delete(id);
    setChosen(next);
  }

  async function undo(changeId: string | null) {
    // What is to be taken back may not have been answered yet.
    await foreseen.inTurn(async () => {
      const wanted = changeId ?? lastChange.current;
      if (wanted === null) return;
      const sent = await sendAct<Undone>('POST', '/api/v1/findings/undoings', { changeId: wanted });
      if (!sent.isOk) {
        notify({ text: `Not undone. ${sent.refusal.sentence}`, tryAgain: () => void undo(wanted) });
        if (isWorthRefreshing(sent.refusal)) router.refresh();
        return;
      }
      if (lastChange.current === wanted) lastChange.current = null;
      const { left, versions } = sent.answer;
      versionOf.learn(versions);
      notify({ text: left === 0 ? 'Undone.' : `Undone, but for ${left} that somebody changed since.` });
      router.refresh();
    });
  }

  async function send(
    verb: CauseVerb,
    of: readonly WorkableCause[],
    said: Readonly<Record<string, unknown>>,
    fields: Former['fields'] = {},
  ): Promise<Sent<unknown>> {
    setChosen(new Set());
    const sent: Sent<Made> = await foreseen.act({
      keys: of.map(({ causeId }) => causeId),
      outcome: outcomeOf(verb, said, assignees),
      undone: VERB_UNDONE[verb],
      of: nameOf(of),
      isToldElsewhere: isDialogVerb(verb) && !isShownAtOnce(verb),
      tryAgain: (refusal) => {
        const isWrong = isDialogVerb(verb) && Object.keys(refusal.fields).length > 0;
        if (isWrong) ask(verb, of, { fields, refusal });
        else void send(verb, of, said, fields);
      },
      send: async () => {
        // Asked at its turn: the act before may have changed the same cause.
        const seen = of.map(({ causeId }) => ({ causeId, version: versionOf.now(causeId) }));
        const answered = await sendAct<Made>('POST', VERB_ADDRESS[verb], { causes: seen, ...said });
        if (answered.isOk) {
          versionOf.learn(answered.answer.versions);
          if (verb !== 'retry-ticket') lastChange.current = answered.answer.changeId;
        }
        return answered;
      },
    });
    if (!sent.isOk) {
      // Whoever has it chosen tries it again.
      if (!isShownAtOnce(verb)) setChosen(new Set(selected));
      return sent;
    }
    const { changeId } = sent.answer;
    const text = `${nameOf(of)}: ${VERB_DONE[verb]}.`;
    notify(verb === 'retry-ticket' ? { text } : { text, undo: () => void undo(changeId) });
    // What a ticket system answers is known a little later.
    if (TICKET_VERBS.has(verb))
      for (const afterMs of ANSWERED_AFTER_MS) setTimeout(() => router.refresh(), afterMs);
    return sent;
  }

  function ask(verb: DialogVerb, of: readonly WorkableCause[], former: Former | null) {
    setAsked((before) => ({
      number: (before?.number ?? 0) + 1,
      verb,
      causes: of,
      opener: focused(),
      former,
    }));
    setIsOpen(true);
  }

  function act(verb: CauseVerb, cause?: WorkableCause) {
    const of = cause ? [cause] : targetsOf(present, shown, opened);
    if (!mayWork || of.length === 0) return;
    if (isDialogVerb(verb)) ask(verb, of, null);
    else void send(verb, of, VERB_BODY[verb] ?? {});
  }

  /** Gives what is selected to whoever asks. */
  function takeOver() {
    const of = targetsOf(present, shown, opened);
    if (of.length > 0) void send('assign', of, { personId }, { personId });
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
      return;
    if (document.querySelector('[data-covers-page]')) return;
    const row = focusedCause(shown);
    const verb = VERB_KEYS[event.key];
    if (verb !== undefined && mayWork) act(verb);
    else if (event.key === 'm' && mayWork) takeOver();
    else if (event.key === 'x' && mayWork && row) select([row.causeId], !selected.has(row.causeId));
    else if (event.key === 'X' && mayWork)
      select(
        shown.map(({ causeId }) => causeId),
        present.length < shown.length,
      );
    else if (event.key === 'u' && mayWork) void undo(null);
    else if (event.key === 'Escape' && present.length > 0) setChosen(new Set());
    else if (event.key === 'Escape') document.querySelector<HTMLElement>('[data-closes]')?.click();
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    // What opens at a key should not have to be fetched then.
    if (mayWork) void loadDialog();
    const listen = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [mayWork]);

  return (
    <WorkContext value={{ ...foreseen, selected, select, mayWork, act, isLeaving }}>
      {children}
      {asked && (
        <Suspense>
          <CauseDialog
            key={asked.number}
            verb={asked.verb}
            causes={asked.causes}
            assignees={assignees}
            personId={personId}
            ticketSystems={ticketSystems}
            isOpen={isOpen}
            opener={() => (asked.opener?.isConnected ? asked.opener : placeInList())}
            former={asked.former}
            onOpenChange={setIsOpen}
            send={send}
          />
        </Suspense>
      )}
    </WorkContext>
  );
}

function nameOf(causes: readonly WorkableCause[]): string {
  const [only] = causes;
  return causes.length === 1 && only ? only.title : `${countText(causes.length)} causes`;
}

function targetsOf(
  present: readonly WorkableCause[],
  causes: readonly WorkableCause[],
  opened: WorkableCause | null,
): readonly WorkableCause[] {
  if (present.length > 0) return present;
  const target = focusedCause(causes) ?? opened;
  return target ? [target] : [];
}

function focusedCause(causes: readonly WorkableCause[]): WorkableCause | null {
  const row = rowInFocus();
  return causes.find(({ causeId }) => causeId === row?.dataset['causeId']) ?? null;
}

function rowInFocus(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('[data-cause-id]') ?? null;
}

function focused(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null;
}

/** The version of each cause that the next act meets: of the page, or, where that is behind, of the answer to the last act. */
function useVersions(causes: readonly WorkableCause[], opened: WorkableCause | null) {
  const known = useRef(new Map<string, number>());
  useEffect(() => {
    for (const { causeId, version } of opened ? [...causes, opened] : causes)
      learn(known.current, causeId, version);
  }, [causes, opened]);
  return {
    now: (causeId: string): number | null => known.current.get(causeId) ?? null,
    learn: (versions: Readonly<Record<string, number>>): void => {
      for (const [causeId, version] of Object.entries(versions)) learn(known.current, causeId, version);
    },
  };
}

/** Versions only rise: a page that was made before an answer came does not know better. */
function learn(known: Map<string, number>, causeId: string, version: number): void {
  known.set(causeId, Math.max(version, known.get(causeId) ?? version));
}

/** From here on an open cause stands beside the list. */
const BESIDE = '(min-width: 1280px)';

/** Keeps the place in the list: after a row has left it, or the open cause was closed where it covers the list. Answers what has it. */
function useKeptFocus(causes: readonly WorkableCause[], openedId: string | null): () => HTMLElement | null {
  const last = useRef<{ index: number; causeId: string } | null>(null);
  const wasOpened = useRef(openedId);
  const causeIds = causes.map(({ causeId }) => causeId).join(' ');
  useEffect(() => {
    const onFocus = (event: FocusEvent): void => {
      const rows = rowsInPage();
      const index = rows.findIndex((row) => event.target instanceof Node && row.contains(event.target));
      const causeId = rows[index]?.dataset['causeId'];
      if (causeId !== undefined) last.current = { index, causeId };
    };
    document.addEventListener('focusin', onFocus);
    return () => document.removeEventListener('focusin', onFocus);
  }, []);
  useEffect(() => {
    const { current } = last;
    if (current === null || causeIds.split(' ').includes(current.causeId)) return;
    if (document.activeElement === document.body) linkAt(current.index)?.focus();
  }, [causeIds]);
  useEffect(() => {
    const closedId = wasOpened.current;
    wasOpened.current = openedId;
    // Where it covers the list, the row that opened it is gone from sight. A page that came with it has asked nobody to jump.
    if (openedId !== null && openedId !== closedId && !matchMedia(BESIDE).matches) {
      document.querySelector<HTMLElement>('#cause-title')?.focus();
      return;
    }
    if (openedId !== null || closedId === null || rowInFocus()) return;
    linkIn(document.querySelector(`[data-cause-id="${closedId}"]`))?.focus();
  }, [openedId]);
  return () => (last.current === null ? null : linkAt(last.current.index));
}

/** Of the row at a place of the list, or of the last one. */
function linkAt(index: number): HTMLElement | null {
  const rows = rowsInPage();
  return linkIn(rows[Math.min(index, rows.length - 1)]);
}

function rowsInPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-cause-id]')];
}

function linkIn(row: Element | null | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>('[data-row-link]') ?? null;
}
