'use client';

import type { DeletionChoice, DeletionObstacle } from '@/domain/evidence/client-ending';
import { type Keep, keepSentence } from '@/domain/evidence/keep-until';
import type { Instant } from '@/domain/time/instant';
import { fieldText } from '../forms/declaration-form';
import { FormField } from '../forms/form-field';
import { SendDialog } from '../forms/send-dialog';
import { dayText } from '../format/words';
import { dataText, evidenceText, type ToldExtent } from './extent-words';

interface Props {
  clientId: string;
  name: string;
  /** What is there of it. */
  extent: ToldExtent;
  /** Whether its data is deleted already, and only its evidence is left. */
  isOfEvidence: boolean;
  /** Of its evidence; null: it has none. */
  keep: Keep | null;
  /** What stands in the way of deleting the evidence, too; null: nothing. */
  obstacle: DeletionObstacle | null;
  /** When it would be done if it were asked for now. */
  dueAt: Instant;
  timeZone: string;
}

/** Asks for the deletion of a client, having said what goes, what stays and until when. */
export function DeletionDialog(props: Props) {
  const { clientId, name, extent, isOfEvidence, keep, obstacle, dueAt, timeZone } = props;
  const textOf = (at: Instant) => dayText(at, timeZone);
  const due = textOf(dueAt);
  return (
    <SendDialog<{ dueAt: string }>
      title={isOfEvidence ? `Delete the evidence of ${name}?` : `Delete ${name}?`}
      description={`It is done on ${due}, for good. Until then you can call it off here.`}
      label={isOfEvidence ? 'Delete the evidence …' : 'Delete …'}
      longLabel={isOfEvidence ? `Delete the evidence of ${name}` : `Delete ${name}`}
      className="!text-bad"
      submit={isOfEvidence ? 'Delete the evidence' : 'Delete it'}
      method="PUT"
      address={`/api/v1/clients/${clientId}/deletion`}
      bodyOf={(form) => ({
        name: fieldText(form, 'name'),
        evidence: (isOfEvidence ? 'delete-evidence' : fieldText(form, 'evidence')) satisfies string,
      })}
      done={`It will be deleted on ${due}.`}
      renderFields={(errors) => (
        <>
          {isOfEvidence ? (
            <p className="text-13">
              <b>Goes:</b> {evidenceText(extent)}. The audit log stays whole; personal values beside it are
              erased.
            </p>
          ) : (
            <fieldset className="text-13 flex flex-col gap-3">
              <legend className="mb-1 font-medium">What becomes of its evidence?</legend>
              <Choice value="keep-evidence" title="Keep the evidence" isPreset>
                <b>Goes:</b> {dataText(extent)}, with verdicts, findings, policies and channels, and the
                accounts of people who saw only this client. <b>Stays:</b> {evidenceText(extent)}
                {keep && `, kept ${keepSentence(keep, textOf)}`}, and the audit log. Owners find and download
                it here, and auditors with a grant in the evidence room.
              </Choice>
              <Choice value="delete-evidence" title="Delete the evidence, too" isOff={obstacle !== null}>
                {obstacle === null ? (
                  <>
                    <b>Goes:</b> all of the above, too. No law, contract or hold keeps it any more. Take what
                    you need along first. <b>Stays:</b> the audit log, without personal values, and the hashes
                    of reports that the seals of days rest on.
                  </>
                ) : (
                  obstacleText(obstacle, textOf)
                )}
              </Choice>
            </fieldset>
          )}
          <FormField
            label={`Type ${name}`}
            help="So that it is this client and no other."
            name="name"
            required
            autoComplete="off"
            maxLength={200}
            error={errors['name']}
          />
        </>
      )}
    />
  );
}

interface ChoiceProps {
  value: DeletionChoice;
  title: string;
  isPreset?: boolean;
  isOff?: boolean;
  children: React.ReactNode;
}

function Choice({ value, title, isPreset = false, isOff = false, children }: ChoiceProps) {
  return (
    <div className={isOff ? 'text-ink-3' : undefined}>
      <label className="flex items-center gap-2 font-medium">
        <input
          type="radio"
          name="evidence"
          value={value}
          defaultChecked={isPreset}
          disabled={isOff}
          aria-label={title}
          aria-describedby={`${value}-means`}
          className="accent-accent size-4"
        />
        {title}
      </label>
      <p id={`${value}-means`} className="ml-6">
        {children}
      </p>
    </div>
  );
}

/** Why it may not be deleted, and from when on it may. */
function obstacleText(obstacle: DeletionObstacle, textOf: (at: Instant) => string): string {
  return obstacle.kind === 'held'
    ? 'Not while the legal hold stands.'
    : `Not before ${textOf(obstacle.until)}: it has to be kept until then (${obstacle.because}). You can delete the rest now, and the evidence then.`;
}
