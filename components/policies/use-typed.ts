import { useEffect, useRef, useState } from 'react';
import { isSameValue } from '@/domain/policy/policy-overrides';
import type * as readers from './typed-readers';

export type Readers = typeof readers;

/** What was typed as a value: the value, or what is wrong with it. */
export type Reading<Value, Problem> =
  { readonly isRead: true; readonly value: Value } | { readonly isRead: false; readonly problem: Problem };

/** What is wrong with a value of several parts, and with which of them. */
export interface PartProblem {
  readonly part: unknown;
  readonly sentence: string;
}

interface Options<Typed, Value, Problem> {
  value: Value;
  typedOf: (value: Value) => Typed;
  read: (typed: Typed, readers: Readers) => Reading<Value, Problem>;
  /** Where what reads it cannot be fetched. */
  unread: Problem;
  /** undefined: what was typed is no value. */
  onChange: (value: Value | undefined) => void;
}

/**
 * A value that is typed in parts of its own. What is typed stays as typed while it says the value, or none; another value comes from
 * outside.
 */
export function useTyped<Typed, Value, Problem>({
  value,
  typedOf,
  read,
  unread,
  onChange,
}: Options<Typed, Value, Problem>) {
  const [own, setOwn] = useState<{ typed: Typed; reading: Reading<Value, Problem> | null }>(() => ({
    typed: typedOf(value),
    reading: { isRead: true, value },
  }));
  const newest = useRef(own.typed);
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  const { reading } = own;
  const isOwn = !reading?.isRead || isSameValue(reading.value, value);

  function take(typed: Typed, found: Reading<Value, Problem>) {
    if (newest.current !== typed) return;
    setOwn({ typed, reading: found });
    tell.current(found.isRead ? found.value : undefined);
  }

  function type(typed: Typed) {
    newest.current = typed;
    setOwn({ typed, reading: null });
    void import('./typed-readers').then(
      (readers) => take(typed, read(typed, readers)),
      () => take(typed, { isRead: false, problem: unread }),
    );
  }

  return {
    typed: isOwn ? own.typed : typedOf(value),
    problem: reading?.isRead === false ? reading.problem : null,
    type,
  };
}

/** Said where what reads a value cannot be fetched. */
export const UNREAD = 'Holdfast cannot be reached, so this was not checked. Type it again once it can.';
