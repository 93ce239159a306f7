'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { claimedPolicies, type RuleClaim } from '@/domain/policy/rule-claims';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { counted } from '../format/amounts';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { PreviewPanel } from './preview-panel';
import { usePreview } from './use-preview';

/** A system whose rules contradict each other. */
export interface ContestedSystem {
  readonly conflictId: string;
  readonly systemId: string;
  readonly systemName: string;
  readonly clientName: string;
}

interface Props {
  /** Those that the same rules contradict each other about. */
  systems: readonly ContestedSystem[];
  claims: readonly RuleClaim[];
}

/** What stands for none of the policies: nothing has this id. */
const NONE = 'none';
const DECISIONS = '/api/v1/assignment-conflict-decisions';

/** Says what holds where rules contradict each other, after a preview; it is remembered, and can be undone. */
export function DecideConflictDialog({ systems, claims }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const meant = systems.filter(({ conflictId }) => !leftOut.has(conflictId));
  const isPreviewed = isOpen && chosen !== null && chosen !== NONE && meant.length > 0;
  const preview = usePreview(isPreviewed ? draftOf(chosen, meant) : null);
  const name = nameOf(systems);

  function open(isNowOpen: boolean) {
    setIsOpen(isNowOpen);
    setChosen(null);
    setLeftOut(new Set());
    setRefusal(null);
  }

  async function undo(conflictIds: readonly string[]) {
    const sent = await sendJson('DELETE', DECISIONS, { conflictIds });
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const conflictIds = meant.map(({ conflictId }) => conflictId);
    setIsBusy(true);
    const sent = await sendJson('PUT', DECISIONS, { conflictIds, policyId: chosen === NONE ? null : chosen });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    notify({ text: `Decided for ${nameOf(meant)}.`, undo: () => void undo(conflictIds) });
    router.refresh();
  }

  return (
    <FormDialog
      title={`What holds for ${name}?`}
      description="The rules name different policies, so nothing was changed. What you say is remembered: these rules do not ask again."
      trigger={
        <Button className="h-7 px-2" aria-label={`Decide what holds for ${name}`}>
          Decide
        </Button>
      }
      isOpen={isOpen}
      onOpenChange={open}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        {systems.length > 1 && <Systems systems={systems} leftOut={leftOut} onChange={setLeftOut} />}
        <fieldset className="text-13 flex min-w-0 flex-col gap-1">
          <legend className="sr-only">Policy</legend>
          {claimedPolicies(claims).map(({ policyId, policyName }) => (
            <Choice
              key={policyId}
              value={policyId}
              label={policyName}
              help={`as ${rulesOf(claims, policyId)} says`}
              isChosen={chosen === policyId}
              onChoose={setChosen}
            />
          ))}
          <Choice
            value={NONE}
            label="None of them"
            help="what holds now, or is inherited, goes on to hold"
            isChosen={chosen === NONE}
            onChoose={setChosen}
          />
        </fieldset>
        {isPreviewed && <PreviewPanel preview={preview} fleetCount={meant.length} />}
        <div className="flex justify-end">
          <SubmitButton
            isBusy={isBusy}
            isDisabled={chosen === null || meant.length === 0 || (isPreviewed && preview.state !== 'ready')}
          >
            Decide
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function draftOf(policyId: string, systems: readonly ContestedSystem[]): string {
  const systemIds = systems.map(({ systemId }) => systemId);
  return JSON.stringify({ policyId, overrides: null, assign: { level: 'systems', systemIds } });
}

function nameOf(systems: readonly ContestedSystem[]): string {
  const [first, ...others] = systems;
  return others.length === 0 ? (first?.systemName ?? '') : counted(systems.length, 'system');
}

function rulesOf(claims: readonly RuleClaim[], policyId: string): string {
  return claims
    .filter((claim) => claim.policyId === policyId)
    .map(({ ruleName }) => `‘${ruleName}’`)
    .join(', ');
}

function Systems({
  systems,
  leftOut,
  onChange,
}: {
  systems: readonly ContestedSystem[];
  leftOut: ReadonlySet<string>;
  onChange: (leftOut: ReadonlySet<string>) => void;
}) {
  function toggle(conflictId: string, isMeant: boolean) {
    const others = [...leftOut].filter((id) => id !== conflictId);
    onChange(new Set(isMeant ? others : [...others, conflictId]));
  }
  return (
    <fieldset className="text-13 min-w-0">
      <legend className="mb-1 text-sm font-medium">For</legend>
      <div className="max-h-44 overflow-y-auto">
        {systems.map(({ conflictId, systemName, clientName }) => (
          <label key={conflictId} className="flex min-h-7 items-center gap-2 [overflow-wrap:anywhere]">
            <input
              type="checkbox"
              aria-label={`${systemName} of ${clientName}`}
              name="conflictId"
              value={conflictId}
              checked={!leftOut.has(conflictId)}
              onChange={(event) => toggle(conflictId, event.currentTarget.checked)}
              className="accent-accent size-4 flex-none"
            />
            <span>
              {systemName} <span className="text-ink-3">of {clientName}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Choice({
  value,
  label,
  help,
  isChosen,
  onChoose,
}: {
  value: string;
  label: string;
  help: string;
  isChosen: boolean;
  onChoose: (value: string) => void;
}) {
  return (
    <label className="flex min-h-8 items-center gap-2 [overflow-wrap:anywhere]">
      <input
        type="radio"
        aria-label={`${label}, ${help}`}
        name="policyId"
        value={value}
        checked={isChosen}
        onChange={() => onChoose(value)}
        className="accent-accent size-4 flex-none"
      />
      <span>
        {label} <span className="text-ink-3">{help}</span>
      </span>
    </label>
  );
}
