'use client';

import { RotateCcw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { frameworkNotes } from '@/domain/frameworks/policy-notes';
import { contractRemarks } from '@/domain/policy/contract-remarks';
import { policyProblems, policyWarnings, type PolicyRemark } from '@/domain/policy/policy-check';
import {
  isSameValue,
  isJobField,
  overrideChanges,
  type FieldChange,
  type PolicyField,
  type PolicyFields,
  type PolicyOverrides,
  withOverrides,
} from '@/domain/policy/policy-overrides';
import { POLICY_LEVELS, type PolicyLevel } from '@/domain/policy/resolve-policy';
import { DEFAULT_POLICY } from '@/domain/protection/policy';
import { Mark } from '../backup/status-mark';
import { Button } from '../ui/button';
import { Link } from '../ui/link';
import { ChangeList } from './change-list';
import { FieldInput } from './field-input';
import { type Dot, OriginDots } from './origin-dots';
import { FIELDS_SHOWN, type FieldShown, type PolicySection, valueText } from './policy-fields';
import { PreviewPanel } from './preview-panel';
import { PublishDialog } from './publish-dialog';
import { usePreview } from './use-preview';

/** A narrower policy that sets a field for something that this one holds for too. */
interface NarrowerPolicy {
  readonly level: Exclude<PolicyLevel, 'msp'>;
  readonly targetName: string;
  readonly policyId: string;
  readonly overrides: PolicyOverrides;
}

interface Props {
  policyId: string;
  name: string;
  isDefault: boolean;
  version: number;
  published: PolicyOverrides;
  /** What the MSP's default sets; empty for the default itself. */
  above: PolicyOverrides;
  /** The widest level at which it is assigned, as a place among the dots; 0: the default. */
  level: number;
  narrower: readonly NarrowerPolicy[];
  fleetCount: number;
  mayChange: boolean;
  /** YYYY-MM-DD, UTC. */
  today: string;
}

const SECTIONS: readonly PolicySection[] = [
  'Copies',
  'Freshness',
  'Schedule',
  'Proof',
  'Retention',
  'Contract',
  'What counts',
];

/** Every field of a policy with where its value comes from, a draft of the next version, and what saving it would change. */
export function PolicyEditor(props: Props) {
  const { policyId, published, above, mayChange, today } = props;
  const router = useRouter();
  const inherited = withOverrides(DEFAULT_POLICY, above);
  const [draft, setDraft] = useState<PolicyOverrides>(published);
  const [unread, setUnread] = useState<ReadonlySet<PolicyField>>(new Set());
  const [resets, setResets] = useState(0);
  const changes = overrideChanges(published, draft);
  const problems = policyProblems(draft, inherited);
  const isSound = problems.length === 0 && unread.size === 0;
  const preview = usePreview(
    changes.length > 0 && isSound ? JSON.stringify({ policyId, overrides: draft, assign: null }) : null,
  );

  function change(field: PolicyField, value: PolicyFields[PolicyField] | undefined) {
    const others = new Set(unread);
    if (value === undefined) others.add(field);
    else others.delete(field);
    setUnread(others);
    if (value !== undefined) setDraft({ ...draft, [field]: value });
  }

  function inherit(field: PolicyField) {
    const { [field]: _, ...others } = draft;
    setDraft(others);
    setUnread(new Set([...unread].filter((one) => one !== field)));
    setResets(resets + 1);
  }

  function discard() {
    setDraft(published);
    setUnread(new Set());
    setResets(resets + 1);
  }

  const row = (shown: FieldShown) => (
    <FieldRow
      key={`${shown.field} ${resets}`}
      {...props}
      shown={shown}
      draft={draft}
      inherited={inherited}
      remarks={[
        ...problems.map((one) => ({ ...one, isProblem: true })),
        ...policyWarnings(draft, inherited).map((one) => ({ ...one, isProblem: false })),
        ...contractRemarks(withOverrides(inherited, draft), today).map(contractRemark),
      ].filter((one) => one.field === shown.field)}
      onChange={(value) => change(shown.field, value)}
      onInherit={() => inherit(shown.field)}
    />
  );

  return (
    <div className="grid gap-x-8 xl:grid-cols-[minmax(0,1fr)_330px]">
      <div className="min-w-0">
        <Legend />
        {SECTIONS.map((section) => (
          <section key={section} aria-label={section} className="mt-5">
            <h2 className="border-line-2 border-b pb-1">{section}</h2>
            {FIELDS_SHOWN.filter((shown) => shown.section === section).map(row)}
          </section>
        ))}
      </div>
      <aside
        aria-label="Draft"
        className="border-line mt-6 xl:sticky xl:top-14 xl:mt-0 xl:max-h-[calc(100dvh-64px)] xl:self-start xl:overflow-y-auto xl:border-l xl:pl-6"
      >
        {mayChange ? (
          <>
            <div className="mb-4 flex flex-wrap gap-2">
              <PublishDialog
                {...props}
                draft={draft}
                changes={changes}
                isReady={preview.state === 'ready'}
                worse={preview.state === 'ready' ? worseCount(preview.preview) : 0}
                onPublished={() => router.refresh()}
              />
              <Button onClick={discard} disabled={changes.length === 0 && unread.size === 0}>
                Discard
              </Button>
            </div>
            <PreviewPanel preview={preview} fleetCount={props.fleetCount} />
            {changes.length > 0 && <DraftChanges changes={changes} inherited={inherited} />}
          </>
        ) : (
          <p className="text-13 text-ink-2">Owners and admins change policies.</p>
        )}
      </aside>
    </div>
  );
}

function contractRemark(sentence: string) {
  return { field: 'contractTerms' as const, sentence, isProblem: false };
}

function Legend() {
  return (
    <p className="text-ink-3 mt-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs">
      <span>dots: MSP, client, site, tag, system, job</span>
      <span className="inline-flex items-center gap-1.5">
        <span className="border-ink bg-ink size-2 rounded-full border" /> value comes from here
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span className="border-accent size-2 rounded-full border-2" /> overridden further down
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span className="bg-accent h-3 w-[3px]" /> changed in this draft
      </span>
    </p>
  );
}

function worseCount({ changed }: { changed: readonly { why: string | null }[] }): number {
  return changed.filter((client) => client.why !== null).length;
}

interface RowProps extends Props {
  shown: FieldShown;
  draft: PolicyOverrides;
  inherited: PolicyFields;
  remarks: readonly (PolicyRemark & { isProblem: boolean })[];
  onChange: (value: PolicyFields[PolicyField] | undefined) => void;
  onInherit: () => void;
}

function FieldRow(props: RowProps) {
  const { shown, draft, published, inherited, remarks, mayChange, onChange, onInherit } = props;
  const { field, label, help } = shown;
  const isSet = draft[field] !== undefined;
  const isChanged = !isSameValue(draft[field], published[field]);
  const value = withOverrides(inherited, draft)[field];
  const was = withOverrides(inherited, published)[field];
  const notes = frameworkNotes(field, withOverrides(inherited, draft));
  return (
    <div
      className={`border-line grid grid-cols-1 gap-x-4 gap-y-1 border-b py-2.5 md:grid-cols-[180px_minmax(0,1fr)_minmax(160px,220px)] ${
        isChanged ? 'border-l-accent border-l-[3px] pl-3' : 'pl-[15px]'
      }`}
    >
      <div>
        <div className="text-13 font-medium">{label}</div>
        <div className="text-ink-3 text-xs">{help}</div>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <FieldInput shown={shown} value={value} isDisabled={!mayChange} onChange={onChange} />
        {isChanged && !isSameValue(value, was) && (
          <span className="text-ink-3 text-xs">was {valueText(field, was)}</span>
        )}
      </div>
      <div className="text-ink-2 text-xs">
        <span className="flex items-center gap-2">
          <OriginDots dots={dotsOf(props)} />
          {isSet ? (
            <>
              set here
              {mayChange && (
                <Button
                  kind="quiet"
                  className="!h-6 !px-1.5 !text-xs"
                  aria-label={`Inherit ${label}`}
                  onClick={onInherit}
                >
                  <RotateCcw size={12} aria-hidden="true" /> Inherit
                </Button>
              )}
            </>
          ) : (
            inheritedText(props)
          )}
        </span>
        {isSet && !props.isDefault && (
          <span className="text-ink-3 block">your default has {valueText(field, inherited[field])}</span>
        )}
        <Narrower {...props} />
      </div>
      {(remarks.length > 0 || notes.length > 0) && (
        <div className="flex flex-col gap-1 md:col-span-3">
          {remarks.map((remark) => (
            <p key={remark.sentence} className="text-13" role={remark.isProblem ? 'alert' : undefined}>
              <Mark tone={remark.isProblem ? 'bad' : 'risk'}>{remark.isProblem ? 'Cannot be' : 'Note'}</Mark>{' '}
              {remark.sentence}
            </p>
          ))}
          {notes.map((note) => (
            <p key={note.clause} className="bg-risk-bg text-13 rounded-md px-2.5 py-1.5">
              <b className="font-semibold">{note.clause}.</b> {note.sentence}
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

function inheritedText({ isDefault, above, shown: { field } }: RowProps): string {
  return !isDefault && above[field] !== undefined ? 'your default' : 'Holdfast’s preset';
}

/** The narrower policies that say otherwise, at most three. */
function Narrower({ narrower, shown: { field } }: RowProps) {
  const others = narrower.filter((one) => one.overrides[field] !== undefined);
  if (others.length === 0) return null;
  return (
    <span className="block">
      {others.slice(0, 3).map((one) => {
        const key = `${one.level} ${one.targetName} ${one.policyId}`;
        const value = valueText(field, withOverrides(DEFAULT_POLICY, one.overrides)[field]);
        const text = `${one.level} ${one.targetName}: ${value}`;
        // a job's own policy has no page; its system's page shows it
        return one.level === 'job' ? (
          <span key={key} className="block truncate">
            {text}
          </span>
        ) : (
          <Link
            key={key}
            href={`/policies/${one.policyId}`}
            className="text-accent block truncate hover:underline"
          >
            {text}
          </Link>
        );
      })}
      {others.length > 3 && <span className="text-ink-3">and {others.length - 3} more</span>}
    </span>
  );
}

function dotsOf({ isDefault, level, above, narrower, draft, shown: { field } }: RowProps): Dot[] {
  const isSet = draft[field] !== undefined;
  return POLICY_LEVELS.filter((one) => one !== 'job' || isJobField(field)).map((name, place): Dot => {
    if (isSet && place === level) return 'source';
    if (narrower.some((one) => one.level === name && one.overrides[field] !== undefined)) return 'below';
    if (place > 0 || isDefault) return 'empty';
    if (isSet) return above[field] === undefined ? 'empty' : 'above';
    return above[field] === undefined ? 'empty' : 'source';
  });
}

function DraftChanges({ changes, inherited }: { changes: readonly FieldChange[]; inherited: PolicyFields }) {
  return (
    <section aria-labelledby="draft-title" className="border-line mt-3 border-t pt-3">
      <h2 id="draft-title" className="mb-1">
        This draft
      </h2>
      <ChangeList changes={changes} inherited={inherited} />
    </section>
  );
}
