'use client';

import { clsx } from 'clsx';
import { type ReactNode, useState } from 'react';
import type { CaptureName } from '@/domain/message-rules/message-rule';
import type { JsonRow } from '@/domain/message-rules/json-rows';
import { cutText } from '@/domain/text/cut-text';
import { Button } from '../ui/button';
import { type Meaning, pointedText, type Pointed } from './message-rule-form';
import { CAPTURE_WORD, ENDING_WORD } from './message-rule-words';

export interface RuleMessageView {
  readonly from: string | null;
  readonly texts: readonly { readonly subject: string; readonly body: string }[];
  /** null: it is no JSON. */
  readonly rows: readonly JsonRow[] | null;
}

interface Props {
  message: RuleMessageView;
  /** Which of the two a rule looks at. */
  kind: 'text' | 'json';
  onMeaning: (pointed: Pointed, meaning: Meaning) => void;
}

/** A message in which one points at what says something: selected words of a text, or a field of a JSON. */
export function RuleMessagePanel({ message, kind, onMeaning }: Props) {
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const isPointed = pointed !== null && pointedText(pointed) !== '';
  return (
    <div className="flex flex-col gap-2">
      {kind === 'json' ? (
        <JsonTree rows={message.rows ?? []} pointed={pointed} onPoint={setPointed} />
      ) : (
        <Texts message={message} onPoint={setPointed} />
      )}
      <MeaningBar
        kind={kind}
        pointed={isPointed ? pointed : null}
        onMeaning={(meaning) => isPointed && onMeaning(pointed, meaning)}
      />
    </div>
  );
}

function Texts({ message, onPoint }: { message: RuleMessageView; onPoint: (pointed: Pointed) => void }) {
  const { from, texts } = message;
  const subject = texts.find((text) => text.subject !== '')?.subject ?? '';
  return (
    <>
      {from !== null && (
        <p className="text-13">
          <span className="text-ink-3">From</span> <span className="[overflow-wrap:anywhere]">{from}</span>
        </p>
      )}
      {subject !== '' && (
        <Selectable label="Subject" place="subject" text={subject} rows={1} onPoint={onPoint} />
      )}
      {texts.map(({ body }, index) => (
        <Selectable
          // What one message says several times stands in the order in which it does.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          label={texts.length === 1 ? 'Text' : `Text, ${index + 1} of ${texts.length}`}
          place="text"
          text={body}
          rows={Math.min(16, Math.max(3, body.split('\n').length))}
          onPoint={onPoint}
        />
      ))}
    </>
  );
}

/** A field and not a text of the page: there words are selected by the keyboard, too. */
function Selectable({
  label,
  place,
  text,
  rows,
  onPoint,
}: {
  label: string;
  place: 'subject' | 'text';
  text: string;
  rows: number;
  onPoint: (pointed: Pointed) => void;
}) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-ink-3 text-xs">{label}</span>
      <textarea
        aria-label={label}
        aria-readonly="true"
        inputMode="none"
        value={text}
        // Not `readOnly`: browsers then move no caret, and the keyboard could select nothing. What is typed is not taken.
        onBeforeInput={(event) => event.preventDefault()}
        onChange={() => {}}
        rows={rows}
        spellCheck={false}
        onSelect={({ currentTarget: { selectionStart: start, selectionEnd: end } }) =>
          onPoint({ kind: 'text', selected: { in: place, text, start, end } })
        }
        className="border-line bg-bg-2 text-ink resize-y rounded-lg border p-3 font-mono text-xs leading-5"
      />
    </label>
  );
}

function JsonTree({
  rows,
  pointed,
  onPoint,
}: {
  rows: readonly JsonRow[];
  pointed: Pointed | null;
  onPoint: (pointed: Pointed) => void;
}) {
  if (rows.length === 0) return <p className="text-13 text-ink-3">It holds no fields.</p>;
  return (
    <ul
      aria-label="Fields of the message"
      className="border-line bg-bg-2 max-h-[60dvh] overflow-auto rounded-lg border py-1 font-mono text-xs leading-5"
    >
      {rows.map(({ pointer, name, depth, value }) => (
        <li key={pointer} style={{ paddingLeft: `${12 + depth * 16}px` }}>
          {value === null ? (
            <span className="text-ink-2 block px-1 py-0.5">{name}</span>
          ) : (
            <button
              type="button"
              aria-pressed={pointed?.kind === 'json' && pointed.pointer === pointer}
              onClick={() => onPoint({ kind: 'json', pointer, value })}
              className={clsx(
                'hover:bg-bg-3 aria-pressed:bg-accent aria-pressed:text-accent-ink w-full rounded px-1 py-0.5 text-left',
                '[overflow-wrap:anywhere]',
              )}
            >
              {name}: {cutText(value, 200) || '""'}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

const TAKEN: readonly CaptureName[] = ['job', 'host', 'started', 'ended', 'duration', 'bytes', 'reason'];

/** What can be said of what is pointed at. */
function MeaningBar({
  kind,
  pointed,
  onMeaning,
}: {
  kind: 'text' | 'json';
  pointed: Pointed | null;
  onMeaning: (meaning: Meaning) => void;
}) {
  const button = (meaning: Meaning, word: string, label: string) => (
    <Button
      key={meaning}
      className="h-7 px-2"
      disabled={pointed === null}
      aria-label={label}
      // the selection stays where it is
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onMeaning(meaning)}
    >
      {word}
    </Button>
  );
  return (
    <section
      aria-label="What it means"
      className="border-line-2 bg-bg sticky bottom-0 z-10 flex flex-col gap-1.5 rounded-lg border p-2.5"
    >
      <output className="text-13 block [overflow-wrap:anywhere]">
        {pointed ? (
          <>
            <span className="text-ink-3">Pointed at:</span>{' '}
            <b className="font-medium">{cutText(pointedText(pointed), 120)}</b>
          </>
        ) : (
          <span className="text-ink-3">
            {kind === 'json'
              ? 'Choose a field, then say what it means.'
              : 'Select words with the mouse, or with Shift and the arrow keys, then say what they mean.'}
          </span>
        )}
      </output>
      <Group name="The run ended in">
        {(['failed', 'warning', 'success'] as const).map((status) =>
          button(status, ENDING_WORD[status], `It says: ${ENDING_WORD[status].toLowerCase()}`),
        )}
      </Group>
      <Group name="The rule holds where">
        {kind === 'json'
          ? [
              button('equals', 'it has this value', 'Holds where the field has this value'),
              button('holds', 'the field is there', 'Holds where the field is there'),
            ]
          : button('holds', 'these words stand', 'Holds where these words stand')}
      </Group>
      <Group name="It is">
        {TAKEN.map((name) => button(name, CAPTURE_WORD[name], `It is: ${CAPTURE_WORD[name].toLowerCase()}`))}
      </Group>
    </section>
  );
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-1">
      <legend className="sr-only">{name}</legend>
      <span aria-hidden="true" className="text-ink-3 w-36 text-xs max-sm:w-full">
        {name}
      </span>
      {children}
    </fieldset>
  );
}
