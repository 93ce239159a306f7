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
import { type Sent, sendJson } from '../forms/send-json';
import { isTyping } from '../shell/row-keys';
import { useNotify } from '../ui/toaster';
import {
  type Assignee,
  type CauseVerb,
  type DialogVerb,
  isDialogVerb,
  type TicketSystemChoice,
  VERB_ADDRESS,
  VERB_BODY,
  VERB_DONE,
  VERB_KEYS,
  type WorkableCause,
} from './cause-verbs';

interface Work {
  readonly selected: ReadonlySet<string>;
  readonly select: (causeIds: readonly string[], isSelected: boolean) => void;
  readonly mayWork: boolean;
  /** Does something to the selected causes, or where a cause is given to it alone. */
  readonly act: (verb: CauseVerb, cause?: WorkableCause) => void;
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
  readonly verb: DialogVerb;
  readonly causes: readonly WorkableCause[];
  readonly opener: HTMLElement | null;
}

/**
 * Works on the causes of the queue, by pointer and by keyboard: x selects, X all, a s z t w c act on what is selected, else on the row
 * with the focus, else on the cause that stands open; u takes the last change back, Escape the selection and then the open cause. When a
 * row leaves the list, the next one has the focus.
 */
export function CauseWork({ causes, opened, mayWork, assignees, personId, ticketSystems, children }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isOpen, setIsOpen] = useState(false);
  const lastChange = useRef<string | null>(null);
  useKeptFocus(causes, opened?.causeId ?? null);
  const present = causes.filter((cause) => chosen.has(cause.causeId));
  const selected = new Set(present.map((cause) => cause.causeId));

  function select(causeIds: readonly string[], isSelected: boolean) {
    const next = new Set(selected);
    for (const id of causeIds)
      if (isSelected) next.add(id);
      else next.delete(id);
    setChosen(next);
  }

  async function undo(changeId: string) {
    if (lastChange.current === changeId) lastChange.current = null;
    const sent = await sendJson<{ left: number }>('POST', '/api/v1/findings/undoings', { changeId });
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    else
      notify({
        text:
          sent.answer.left === 0
            ? 'Undone.'
            : `Undone, but for ${sent.answer.left} that somebody changed since.`,
      });
    router.refresh();
  }

  async function send(verb: CauseVerb, of: readonly WorkableCause[], said: object): Promise<Sent<unknown>> {
    const body = { causes: of.map(({ causeId, version }) => ({ causeId, version })), ...said };
    const sent = await sendJson<{ changeId: string }>('POST', VERB_ADDRESS[verb], body);
    if (sent.isOk) {
      const { changeId } = sent.answer;
      if (verb !== 'retry-ticket') lastChange.current = changeId;
      setChosen(new Set());
      const text = `${nameOf(of)}: ${VERB_DONE[verb]}.`;
      notify(verb === 'retry-ticket' ? { text } : { text, undo: () => void undo(changeId) });
    }
    if (sent.isOk || sent.refusal.status === 409) router.refresh();
    // What a ticket system answers is known a little later.
    if (sent.isOk && TICKET_VERBS.has(verb))
      for (const afterMs of ANSWERED_AFTER_MS) setTimeout(() => router.refresh(), afterMs);
    return sent;
  }

  function act(verb: CauseVerb, cause?: WorkableCause) {
    const of = cause ? [cause] : targetsOf(present, causes, opened);
    if (!mayWork || of.length === 0) return;
    if (isDialogVerb(verb)) {
      setAsked({ verb, causes: of, opener: focused() });
      setIsOpen(true);
      return;
    }
    void send(verb, of, VERB_BODY[verb] ?? {}).then((sent) => {
      if (!sent.isOk) notify({ text: sent.refusal.sentence });
    });
  }

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
      return;
    if (document.querySelector('[data-covers-page]')) return;
    const row = focusedCause(causes);
    const verb = VERB_KEYS[event.key];
    if (verb !== undefined && mayWork) act(verb);
    else if (event.key === 'x' && mayWork && row) select([row.causeId], !selected.has(row.causeId));
    else if (event.key === 'X' && mayWork)
      select(
        causes.map(({ causeId }) => causeId),
        present.length < causes.length,
      );
    else if (event.key === 'u' && lastChange.current !== null) void undo(lastChange.current);
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
    <WorkContext value={{ selected, select, mayWork, act }}>
      {children}
      {asked && (
        <Suspense>
          <CauseDialog
            key={`${asked.verb} ${asked.causes.map(({ causeId }) => causeId).join(' ')}`}
            verb={asked.verb}
            causes={asked.causes}
            assignees={assignees}
            personId={personId}
            ticketSystems={ticketSystems}
            isOpen={isOpen}
            opener={asked.opener}
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
  const row = document.activeElement?.closest<HTMLElement>('[data-cause-id]');
  return causes.find(({ causeId }) => causeId === row?.dataset['causeId']) ?? null;
}

function focused(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null;
}

/** From here on an open cause stands beside the list. */
const BESIDE = '(min-width: 1280px)';

/** Keeps the place in the list: after a row has left it, or the open cause was closed where it covers the list. */
function useKeptFocus(causes: readonly WorkableCause[], openedId: string | null): void {
  const last = useRef<{ index: number; causeId: string } | null>(null);
  const wasOpened = useRef(openedId);
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
    if (current === null || causes.some(({ causeId }) => causeId === current.causeId)) return;
    if (document.activeElement !== document.body) return;
    const rows = rowsInPage();
    linkIn(rows[Math.min(current.index, rows.length - 1)])?.focus();
  }, [causes]);
  useEffect(() => {
    const closedId = wasOpened.current;
    wasOpened.current = openedId;
    // Where it covers the list, the row that opened it is gone from sight. A page that came with it has asked nobody to jump.
    if (openedId !== null && openedId !== closedId && !matchMedia(BESIDE).matches) {
      document.querySelector<HTMLElement>('#cause-title')?.focus();
      return;
    }
    if (openedId !== null || closedId === null || focusedCause(causes)) return;
    linkIn(document.querySelector(`[data-cause-id="${closedId}"]`))?.focus();
  }, [causes, openedId]);
}

function rowsInPage(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-cause-id]')];
}

function linkIn(row: Element | null | undefined): HTMLElement | null {
  return row?.querySelector<HTMLElement>('[data-row-link]') ?? null;
}
