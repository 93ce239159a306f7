'use client';

import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Database, ListTree, MoveRight, Server, TriangleAlert, Zap } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type Answer, useAnswer } from '../ui/use-answer';
import type { PaletteAction } from './palette-button';

interface Props {
  actions: readonly PaletteAction[];
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

interface NamedThing {
  kind: 'client' | 'system' | 'repository' | 'finding';
  id: string;
  name: string;
  clientId: string;
  clientName: string;
}

interface Choice {
  key: string;
  name: string;
  /** What it is, and whose. */
  of: string;
  href: string;
  Icon: typeof Server;
}

/** Goes anywhere by its name: clients, systems, repositories, findings, the screens there are, and what can be done. */
export function CommandPalette({ actions, isOpen, onOpenChange }: Props) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(10_11_14/0.5)]" />
        <Dialog.Popup
          data-covers-page=""
          className="border-line-2 bg-bg shadow-pop fixed top-[12vh] left-1/2 z-40 flex max-h-[70vh] w-[560px] max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-xl border"
        >
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <Choosing actions={actions} onDone={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choosing({ actions, onDone }: { actions: readonly PaletteAction[]; onDone: () => void }) {
  const router = useRouter();
  const [text, setText] = useState('');
  const asked = text.trim();
  const found = useAnswer<{ things: NamedThing[] }>(
    asked === '' ? null : `/api/v1/named-things?${new URLSearchParams({ q: asked })}`,
  );
  const isWaiting = asked !== '' && found.state === 'waiting';
  const things = found.state === 'ready' ? found.answer.things : [];
  const choices = isWaiting ? [] : [...choicesOf(things), ...actionsFor(actions, asked)];
  return (
    <Autocomplete.Root
      inline
      open
      items={choices}
      filter={null}
      itemToStringValue={(choice: Choice) => choice.name}
      autoHighlight="always"
      keepHighlight
      value={text}
      onValueChange={(value, { reason }) => {
        // A choice goes somewhere; the field keeps what was typed.
        if (reason !== 'item-press') setText(value);
      }}
    >
      <Autocomplete.Input
        aria-label="Name of a client, system, repository or finding"
        spellCheck={false}
        maxLength={200}
        placeholder="Client, system, finding, screen or action"
        className="border-line h-12 w-full flex-none border-b bg-transparent px-4 text-base outline-none"
      />
      <Autocomplete.List aria-label="Where to go" className="min-h-0 overflow-y-auto p-1.5">
        {(choice: Choice) => (
          <Line
            key={choice.key}
            choice={choice}
            onGo={() => {
              onDone();
              router.push(choice.href);
            }}
          />
        )}
      </Autocomplete.List>
      <Autocomplete.Status className="text-13 text-ink-3 flex-none px-4 pb-3">
        {sentenceOf(found.state, asked, choices.length)}
      </Autocomplete.Status>
    </Autocomplete.Root>
  );
}

function Line({ choice, onGo }: { choice: Choice; onGo: () => void }) {
  const { name, of, Icon } = choice;
  return (
    <Autocomplete.Item
      value={choice}
      onClick={onGo}
      className="text-13 data-highlighted:bg-accent-bg data-highlighted:text-accent group flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5"
    >
      <Icon size={15} aria-hidden="true" className="flex-none" />
      <span className="truncate font-medium">{name}</span>
      <span className="text-ink-3 group-data-highlighted:text-accent ml-auto max-w-[50%] flex-none truncate pl-3 text-xs">
        {of}
      </span>
    </Autocomplete.Item>
  );
}

function choicesOf(things: readonly NamedThing[]): Choice[] {
  return things.map((thing) => ({ key: thing.id, name: thing.name, ...placeOf(thing) }));
}

function placeOf({ kind, id, clientId, clientName }: NamedThing): Pick<Choice, 'of' | 'href' | 'Icon'> {
  switch (kind) {
    case 'client':
      return { of: 'client', href: `/clients/${id}`, Icon: ListTree };
    case 'system':
      return { of: `system of ${clientName}`, href: `/systems/${id}`, Icon: Server };
    case 'repository':
      return { of: `repository of ${clientName}`, href: `/clients/${clientId}#repositories`, Icon: Database };
    case 'finding':
      return { of: `finding of ${clientName}`, href: `/findings/${id}`, Icon: TriangleAlert };
  }
}

function actionsFor(actions: readonly PaletteAction[], text: string): Choice[] {
  const words = text.toLowerCase();
  return actions
    .filter(({ name }) => name.toLowerCase().includes(words))
    .map(({ name, href, kind }) => ({
      key: href,
      name,
      of: kind ?? 'screen',
      href,
      Icon: kind === 'action' ? Zap : MoveRight,
    }));
}

function sentenceOf(state: Answer<unknown>['state'], asked: string, choices: number): string {
  if (asked === '') return 'Type a part of a name.';
  if (state === 'waiting') return 'Looking …';
  if (state === 'refused')
    return 'Names could not be looked up. Check the connection and that you are signed in.';
  return choices === 0 ? `Nothing is called “${asked}”.` : '';
}
