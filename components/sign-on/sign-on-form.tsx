'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import type { RoleByGroup } from '@/domain/access/sign-on';
import { Boxes } from '../forms/choice-boxes';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { useNotify } from '../ui/toaster';
import { GroupRows } from './group-rows';

interface Props {
  /** null: nothing is set up. */
  settings: {
    issuer: string;
    clientId: string;
    scopes: string;
    groupsClaim: string;
    domains: readonly string[];
    roleByGroup: RoleByGroup;
  } | null;
  /** Domains that may be named. */
  ownDomains: readonly string[];
}

/** What the MSP's provider is, and which of its groups give which role. */
export function SignOnForm({ settings, ownDomains }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    setIsBusy(true);
    const sent = await sendJson<{ isSwitchedOff: boolean }>('PUT', '/api/v1/single-sign-on', {
      issuer: form.get('issuer'),
      clientId: form.get('clientId'),
      clientSecret: form.get('clientSecret'),
      scopes: form.get('scopes'),
      groupsClaim: form.get('groupsClaim'),
      domains: form.getAll('domains'),
      roles: rolesIn(form),
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    const secret = element.elements.namedItem('clientSecret');
    if (secret instanceof HTMLInputElement) secret.value = '';
    notify({
      text: sent.answer.isSwitchedOff
        ? 'Saved, and switched off: test the new connection, then switch it on again.'
        : 'Saved.',
    });
    router.refresh();
  }

  const wrong = refusal?.fields ?? {};
  const wrongRole = Object.entries(wrong).find(([field]) => field.startsWith('roles'))?.[1];
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-xl flex-col gap-4">
      <FormProblem refusal={refusal} />
      <FormField
        label="Issuer"
        help="The address that the provider calls its issuer, exactly as it shows it."
        name="issuer"
        type="url"
        placeholder="https://login.example.com/tenant"
        defaultValue={settings?.issuer}
        required
        maxLength={500}
        error={wrong['issuer']}
      />
      <FormField
        label="Client ID"
        name="clientId"
        defaultValue={settings?.clientId}
        required
        maxLength={300}
        autoComplete="off"
        spellCheck={false}
        error={wrong['clientId']}
      />
      <FormField
        label="Client secret"
        help={
          settings ? 'Kept encrypted, and never shown again. Leave it empty to keep it.' : 'Kept encrypted.'
        }
        name="clientSecret"
        type="password"
        autoComplete="off"
        required={settings === null}
        maxLength={1000}
        error={wrong['clientSecret']}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <FormField
          label="Scopes"
          help="Some providers need “groups” too."
          name="scopes"
          defaultValue={settings?.scopes ?? 'openid email profile'}
          required
          maxLength={300}
          spellCheck={false}
          error={wrong['scopes']}
        />
        <FormField
          label="Claim with the groups"
          help="Often “groups”, or “roles” for app roles."
          name="groupsClaim"
          defaultValue={settings?.groupsClaim ?? 'groups'}
          required
          maxLength={100}
          spellCheck={false}
          error={wrong['groupsClaim']}
        />
      </div>
      <GroupRows roleByGroup={settings?.roleByGroup ?? {}} error={wrongRole} />
      {ownDomains.length > 0 && (
        <div className="flex flex-col gap-1">
          <Boxes
            legend="Offer it to who types an e-mail of"
            name="domains"
            choices={ownDomains.map((domain) => ({ value: domain, label: domain }))}
            chosen={settings?.domains ?? []}
          />
          <p className="text-ink-3 max-w-[70ch] text-xs">
            These are the domains in which your people have accounts. Whoever types such an e-mail is shown
            your MSP’s name, whether or not they have an account.
          </p>
          {wrong['domains'] && <p className="text-bad text-xs">{wrong['domains']}</p>}
        </div>
      )}
      <div>
        <SubmitButton isBusy={isBusy}>Save</SubmitButton>
      </div>
    </form>
  );
}

/** The rows of the form; those without a group are none. */
function rolesIn(form: FormData): { group: unknown; role: unknown }[] {
  const roles = form.getAll('role');
  return form
    .getAll('group')
    .map((group, row) => ({ group, role: roles[row] }))
    .filter(({ group }) => group !== '');
}
