'use client';

import { useState } from 'react';
import {
  firstKeptMonth,
  type KeepKind,
  KEEP_MONTHS_MAX,
  KEEP_MONTHS_MIN,
  type KeptMonth,
  removedExtent,
} from '@/domain/keeping/keep-terms';
import type { Instant } from '@/domain/time/instant';
import { counted, sizeText } from '../format/amounts';
import { Box } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { KEEP_WORDS, monthsText } from './keep-words';

interface Props {
  kind: KeepKind;
  months: number;
  kept: readonly KeptMonth[];
  now: Instant;
}

/** Changes how long something is kept; a shorter term says before what goes by it, and asks. */
export function KeepDialog({ kind, months, kept, now }: Props) {
  const [chosen, setChosen] = useState(String(months));
  const { name, nouns, goes, least } = KEEP_WORDS[kind];
  const term = Number(chosen);
  const isTerm = Number.isInteger(term) && term >= KEEP_MONTHS_MIN[kind] && term <= KEEP_MONTHS_MAX;
  const gone = isTerm && term < months ? removedExtent(kept, term, now) : null;
  return (
    <SendDialog
      title={`How long: ${name.toLowerCase()}`}
      description={goes}
      label="Change"
      longLabel={`Change how long is kept: ${name}`}
      submit={gone && gone.rows > 0 ? 'Keep so long, and delete' : 'Save'}
      method="PUT"
      address="/api/v1/keep-terms"
      bodyOf={(form) => ({
        kind,
        months: Number(form.get('months')),
        ...(form.get('agreed') !== null && gone && { removes: gone.rows }),
      })}
      done={
        gone && gone.rows > 0
          ? 'Saved. What is too old goes within six hours.'
          : 'Saved. What becomes too old goes on the first of a month.'
      }
      renderFields={(errors) => (
        <>
          <FormField
            label="Months"
            name="months"
            type="number"
            min={KEEP_MONTHS_MIN[kind]}
            max={KEEP_MONTHS_MAX}
            step={1}
            required
            value={chosen}
            onChange={(event) => setChosen(event.currentTarget.value)}
            help={`At least ${least.charAt(0).toLowerCase()}${least.slice(1)}`}
            error={errors['months']}
          />
          <p className="text-13" aria-live="polite">
            {!isTerm && 'Choose a number of months within these bounds.'}
            {isTerm && term >= months && `Nothing goes earlier than now by ${monthsText(term)}.`}
            {gone &&
              (gone.rows === 0
                ? `Nothing is older than that: all from before ${firstKeptMonth(term, now)} is gone or needed.`
                : `${counted(gone.rows, ...nouns)} (${sizeText(gone.bytes)}) from before ${firstKeptMonth(term, now)} will be deleted for good, and nobody can bring them back.`)}
          </p>
          {gone && gone.rows > 0 && (
            <Box
              name="agreed"
              label={`Delete ${gone.rows === 1 ? 'it' : `these ${counted(gone.rows, ...nouns)}`}`}
              isChosen={false}
            />
          )}
        </>
      )}
    />
  );
}
