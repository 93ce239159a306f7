'use client';

import { useState } from 'react';
import type { DeclaredAttributeName } from './declare-dialog';
import type { DeclarableSite } from './declaration-form';
import { FormField } from './form-field';
import { SelectField } from './select-field';
import { TextAreaField } from './text-area-field';

interface Props {
  attribute: DeclaredAttributeName;
  sites: readonly DeclarableSite[];
  problem: string | undefined;
  /** What was said before, to be said again; null: nothing. */
  before: unknown;
}

const MEDIA = {
  nas: 'NAS',
  disk: 'internal disk or server',
  removable: 'removable drive',
  'object-storage': 'object storage',
  'cloud-service': 'cloud service of a vendor',
  tape: 'tape',
  optical: 'optical disc',
} as const;

const LOCKS = {
  object_lock_compliance: 'object lock, compliance mode',
  object_lock_governance: 'object lock, governance mode',
  worm: 'write once, read many (WORM)',
  append_only: 'append-only',
  offline: 'kept offline',
  none: 'nothing: it can be changed',
} as const;

/** The fields that say the value of one attribute. */
export function DeclaredValueFields({ attribute, sites, problem, before }: Props) {
  switch (attribute) {
    case 'site':
      return <SiteFields sites={sites} isRequired problem={problem} />;
    case 'media':
      return (
        <SelectField label="It is stored on" name="media" error={problem}>
          {Object.entries(MEDIA).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </SelectField>
      );
    case 'failure-domain':
      return (
        <FormField
          label="Hardware it fails together with"
          help="The same name for everything that is lost together: one NAS, one room, one cloud account."
          name="failureDomain"
          required
          maxLength={200}
          error={problem}
        />
      );
    case 'immutability':
      return (
        <>
          <SelectField label="It is protected by" name="immutability" error={problem}>
            {Object.entries(LOCKS).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </SelectField>
          <FormField
            label="Locked until"
            help="Leave empty where no date was set."
            name="lockedUntil"
            type="date"
          />
        </>
      );
    case 'taken-out':
      return (
        <>
          <FormField
            label="Since (your time)"
            help="Left empty: now."
            name="at"
            type="datetime-local"
            error={problem}
          />
          <SiteFields sites={sites} isRequired={false} problem={undefined} />
        </>
      );
    case 'off':
      return (
        <>
          <FormField
            label="Off since (your time)"
            help="Left empty: now."
            name="offFrom"
            type="datetime-local"
          />
          <FormField
            label="On again (your time)"
            help="Runs that are due until then are excused; copies grow old all the same."
            name="offUntil"
            type="datetime-local"
            required
            error={problem}
          />
        </>
      );
    case 'access':
      return <AccessFields before={before} problem={problem} />;
    case 'key-custody':
      return <KeyCustodyFields before={before} problem={problem} />;
    case 'brought-back':
      return (
        <FormField
          label="Since (your time)"
          help="Left empty: now."
          name="at"
          type="datetime-local"
          error={problem}
        />
      );
  }
}

/** Who can reach a repository and delete what is in it, as somebody looked it over. */
function AccessFields({ before, problem }: { before: unknown; problem: string | undefined }) {
  const said = partsOf(before);
  return (
    <>
      <OwnerField said={said} problem={problem} />
      <TextAreaField
        label="Who can delete backups or reach it"
        help="Names or roles, as you found them: for example two administrators of ours, and nobody at the client."
        name="deletableBy"
        required
        maxLength={1000}
        defaultValue={textIn(said, 'deletableBy')}
      />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="text-13 mb-1 font-medium">As you found it</legend>
        <CheckField
          name="hasSecondFactor"
          label="Reaching it needs a second factor"
          isOn={said['hasSecondFactor'] === true}
        />
        <CheckField
          name="hasSeparateCredentials"
          label="Its credentials are separate: no protected machine or domain has them"
          isOn={said['hasSeparateCredentials'] === true}
        />
        <p className="text-ink-3 text-xs">Leave out what is not so: a finding says it until it is.</p>
      </fieldset>
    </>
  );
}

/** Where the key of a repository is, and who else holds it. */
function KeyCustodyFields({ before, problem }: { before: unknown; problem: string | undefined }) {
  const said = partsOf(before);
  return (
    <>
      <OwnerField said={said} problem={problem} />
      <TextAreaField
        label="The key or a recovery key is kept"
        help="Where, never the key itself: for example our password manager, entry ‘Larkwell vault’."
        name="keptAt"
        required
        maxLength={1000}
        defaultValue={textIn(said, 'keptAt')}
      />
      <FormField
        label="Held by"
        help="Somebody or something other than the machine that backs up."
        name="heldBy"
        required
        maxLength={200}
        defaultValue={textIn(said, 'heldBy')}
      />
    </>
  );
}

function OwnerField({ said, problem }: { said: Record<string, unknown>; problem: string | undefined }) {
  return (
    <FormField
      label="Who answers for it"
      help="Named when it is due again."
      name="owner"
      required
      maxLength={200}
      defaultValue={textIn(said, 'owner')}
      error={problem}
    />
  );
}

function CheckField({ name, label, isOn }: { name: string; label: string; isOn: boolean }) {
  return (
    <label className="text-13 flex items-start gap-2">
      <input
        type="checkbox"
        name={name}
        aria-label={label}
        defaultChecked={isOn}
        className="accent-accent mt-0.5 size-4 flex-none"
      />
      {label}
    </label>
  );
}

function partsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textIn(said: Record<string, unknown>, name: string): string {
  const value = said[name];
  return typeof value === 'string' ? value : '';
}

const OWNERS = { client: "the client's", msp: 'ours', provider: "a provider's" } as const;

/** One of the known places, or a new one. */
function SiteFields({
  sites,
  isRequired,
  problem,
}: {
  sites: readonly DeclarableSite[];
  isRequired: boolean;
  problem: string | undefined;
}) {
  const [site, setSite] = useState(isRequired ? (sites[0]?.siteId ?? 'new') : '');
  return (
    <>
      <SelectField
        label={isRequired ? 'It stands at' : 'It was carried to'}
        name="site"
        value={site}
        onChange={(event) => setSite(event.currentTarget.value)}
        error={problem}
      >
        {!isRequired && <option value="">somewhere else, not named</option>}
        {sites.map(({ siteId, name, ownerKind }) => (
          <option key={siteId} value={siteId}>
            {name} ({OWNERS[ownerKind]})
          </option>
        ))}
        <option value="new">a new place …</option>
      </SelectField>
      {site === 'new' && (
        <fieldset className="border-line grid grid-cols-2 gap-3 rounded-lg border p-3">
          <legend className="text-ink-2 px-1 text-xs font-semibold">New place</legend>
          <div className="col-span-2">
            <FormField label="Name" name="siteName" required maxLength={200} />
          </div>
          <SelectField label="Whose place" name="siteOwner" defaultValue="client">
            <option value="client">the client&apos;s</option>
            <option value="msp">ours</option>
            <option value="provider">a provider&apos;s</option>
          </SelectField>
          <FormField
            label="Country"
            placeholder="DE"
            name="siteCountry"
            maxLength={2}
            pattern="[A-Za-z]{2}"
            title="Two letters"
          />
          <FormField label="Latitude" name="siteLatitude" type="number" step="any" min={-90} max={90} />
          <FormField label="Longitude" name="siteLongitude" type="number" step="any" min={-180} max={180} />
        </fieldset>
      )}
    </>
  );
}
