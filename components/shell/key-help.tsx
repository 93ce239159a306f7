'use client';

import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { TOUR_HREF } from '../first-hour/tour-stops';
import { Kbd } from '../ui/kbd';
import { FormDialog } from '../ui/form-dialog';
import { Button } from '../ui/button';
import { TextLink } from '../ui/text-link';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['j', 'k'], 'next and previous row'],
  [['→', '←'], 'open and close a row; move within a day bar'],
  [['Enter'], 'go to what has the focus'],
  [['/'], 'filter'],
  [['Ctrl K'], 'go to a client, system, repository, finding or screen by name, or do something'],
  [['Esc'], 'close what is open'],
  [['?'], 'this list'],
];

/** Of the queue of findings, beside those of every list. */
const FINDING_KEYS: typeof KEYS = [
  [['x', 'X'], 'select a row; all rows'],
  [['a'], 'acknowledge what is selected, else the row with the focus'],
  [['m'], 'give it to yourself'],
  [['s'], 'assign'],
  [['z'], 'snooze'],
  [['t'], 'open or link a ticket'],
  [['w'], 'waive'],
  [['c'], 'comment'],
  [['u'], 'undo the last change'],
];

/** The list of keys, opened by ? or its button. */
export function KeyHelp() {
  const [isOpen, setIsOpen] = useState(false);
  const isQueue = usePathname() === '/findings';
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      if (event.key === '?' && !isTyping) setIsOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <FormDialog
      title="Keys"
      trigger={
        <Button kind="quiet" aria-label="Keyboard shortcuts" className="max-md:hidden">
          <Kbd>?</Kbd> keys
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={setIsOpen}
    >
      <dl className="text-13 grid grid-cols-[96px_1fr] gap-y-2">
        {[...KEYS, ...(isQueue ? FINDING_KEYS : [])].map(([keys, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="text-13 mt-4">
        New here?{' '}
        <TextLink href={TOUR_HREF} onClick={() => setIsOpen(false)} className="underline">
          Take the tour
        </TextLink>
      </p>
    </FormDialog>
  );
}
