'use client';

import { useState } from 'react';
import type { DeclaredAttributeName } from './declare-dialog';
import type { DeclarableSite } from './declaration-form';
import { FormField } from './form-field';
import { SelectField } from './select-field';

interface Props {
  attribute: DeclaredAttributeName;
  sites: readonly DeclarableSite[];
  problem: string | undefined;
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
export function DeclaredValueFields({ attribute, sites, problem }: Props) {
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
