'use client';

import { Search } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { Button } from '../ui/button';
import { useAnswer } from '../ui/use-answer';

interface Target {
  readonly systemId: string;
  readonly name: string;
  readonly kind: string;
}

interface Props {
  /** What is merged. */
  systemId: string;
  clientName: string;
  name: string;
  error: string | undefined;
}

/** Chooses another system of the client by a part of its name: a client may have a thousand. */
export function MergeTargetField({ systemId, clientName, name, error }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Target | null>(null);
  const asked = text.trim();
  const found = useAnswer<{ targets: Target[]; hasMore: boolean }>(
    `/api/v1/systems/${systemId}/merge-targets?${new URLSearchParams({ q: asked })}`,
  );
  const targets = found.state === 'ready' ? found.answer.targets : [];
  const isElsewhere = chosen && !targets.some((target) => target.systemId === chosen.systemId);

  function takeOnlyOne(event: KeyboardEvent) {
    if (event.key !== 'Enter') return;
    // Enter would send the form.
    event.preventDefault();
    if (targets.length === 1) setChosen(targets[0] ?? null);
  }

  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={error ? `${id}-error` : undefined}>
      <legend className="mb-1 text-sm font-medium">Which system of {clientName} it is</legend>
      <div className="border-edge overflow-hidden rounded-md border">
        <label className="text-ink-3 border-line flex h-9 items-center gap-1.5 border-b px-3">
          <Search size={14} aria-hidden="true" className="flex-none" />
          <input
            type="search"
            aria-label="Part of its name"
            value={text}
            maxLength={200}
            placeholder="Part of its name"
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={takeOnlyOne}
            className="text-ink placeholder:text-ink-3 w-full bg-transparent text-sm outline-offset-4"
          />
        </label>
        <div className="h-44 overflow-y-auto p-1">
          {[...(isElsewhere ? [chosen] : []), ...targets].map((target) => (
            <label
              key={target.systemId}
              className="has-checked:bg-accent-bg hover:bg-bg-2 text-13 flex min-h-8 items-center gap-2 rounded px-2"
            >
              <input
                type="radio"
                aria-label={`${target.name}, ${target.kind}`}
                name={name}
                value={target.systemId}
                required
                checked={chosen?.systemId === target.systemId}
                onChange={() => setChosen(target)}
                className="accent-accent flex-none"
              />
              <span className="min-w-0 truncate font-medium" title={target.name}>
                {target.name}
              </span>
              <span className="text-ink-3 flex-none">{target.kind}</span>
            </label>
          ))}
          <output className="text-ink-3 text-13 block px-2 py-1.5 empty:hidden">
            {found.state === 'waiting' && 'Looking …'}
            {found.state === 'refused' && 'The systems could not be looked up. Check the connection.'}
            {found.state === 'ready' && sentenceOf(targets.length, found.answer.hasMore, asked, clientName)}
          </output>
          {found.state === 'refused' && (
            <Button className="ml-2" onClick={found.askAgain}>
              Look again
            </Button>
          )}
        </div>
      </div>
      {error && (
        <p id={`${id}-error`} className="text-bad text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function sentenceOf(count: number, hasMore: boolean, asked: string, clientName: string): string {
  if (hasMore) return `The first ${count}: type a part of its name to find another one.`;
  if (count > 0) return '';
  return asked === ''
    ? `${clientName} has no other system.`
    : `No other system of ${clientName} is called “${asked}”.`;
}
