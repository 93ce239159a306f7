'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { SelectField } from '../forms/select-field';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import { PreviewPanel } from './preview-panel';
import { usePreview } from './use-preview';

interface AssignChoices {
  readonly clients: readonly { readonly clientId: string; readonly name: string }[];
  readonly sites: readonly {
    readonly siteId: string;
    readonly name: string;
    readonly clientName: string | null;
  }[];
  readonly tags: readonly string[];
}

interface Props extends AssignChoices {
  policyId: string;
  name: string;
  fleetCount: number;
}

type Level = 'client' | 'site' | 'tag';

interface Assigned {
  readonly assignmentId: string;
  readonly formerPolicyId: string | null;
}

/** Has the policy hold for a client, a site or a tag, after a preview of what that changes. Single systems: on their pages. */
export function AssignDialog(props: Props) {
  const { policyId, name, fleetCount, clients, sites, tags } = props;
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [level, setLevel] = useState<Level>('client');
  const [target, setTarget] = useState<object | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const preview = usePreview(
    isOpen && target ? JSON.stringify({ policyId, overrides: null, assign: target }) : null,
  );

  async function undo({ assignmentId, formerPolicyId }: Assigned) {
    const sent =
      formerPolicyId === null
        ? await sendJson('DELETE', `/api/v1/policy-assignments/${assignmentId}`)
        : await sendJson('POST', `/api/v1/policies/${formerPolicyId}/assignments`, target);
    if (!sent.isOk) notify({ text: sent.refusal.sentence });
    router.refresh();
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson<Assigned>('POST', `/api/v1/policies/${policyId}/assignments`, target);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setIsOpen(false);
    const { answer } = sent;
    notify({ text: `${name} holds there now.`, undo: () => void undo(answer) });
    router.refresh();
  }

  function choose(form: HTMLFormElement) {
    setTarget(targetIn(new FormData(form)));
  }

  return (
    <FormDialog
      title={`Assign ${name}`}
      description="What is assigned there at that level now ends; what lies narrower still decides."
      trigger={<Button>Assign</Button>}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
        setTarget(null);
        setLevel('client');
      }}
    >
      <form
        method="post"
        onSubmit={(event) => void submit(event)}
        onChange={(event) => choose(event.currentTarget)}
        className="flex flex-col gap-4"
      >
        <FormProblem refusal={refusal} />
        <SelectField
          label="To"
          name="level"
          value={level}
          onChange={(event) => setLevel(event.currentTarget.value as Level)}
        >
          <option value="client">a client</option>
          <option value="site">a site</option>
          <option value="tag">a tag</option>
        </SelectField>
        {level === 'site' ? (
          <SelectField label="Site" name="siteId" defaultValue="" required>
            <option value="" disabled>
              Choose a site
            </option>
            {sites.map((site) => (
              <option key={site.siteId} value={site.siteId}>
                {site.clientName ? `${site.clientName}: ${site.name}` : site.name}
              </option>
            ))}
          </SelectField>
        ) : (
          <>
            {level === 'tag' && <TagField tags={tags} error={refusal?.fields['tag']} />}
            <SelectField
              label={level === 'tag' ? 'Of' : 'Client'}
              name="clientId"
              defaultValue=""
              required={level === 'client'}
            >
              {level === 'tag' ? (
                <option value="">any client</option>
              ) : (
                <option value="" disabled>
                  Choose a client
                </option>
              )}
              {clients.map((client) => (
                <option key={client.clientId} value={client.clientId}>
                  {client.name}
                </option>
              ))}
            </SelectField>
          </>
        )}
        {target && <PreviewPanel preview={preview} fleetCount={fleetCount} />}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy} isDisabled={preview.state !== 'ready'}>
            Assign
          </SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}

function TagField({ tags, error }: { tags: readonly string[]; error: string | undefined }) {
  return (
    <>
      <FormField
        label="Tag"
        help="Systems get their tags on their pages."
        name="tag"
        list="tags-in-use"
        required
        maxLength={40}
        autoComplete="off"
        error={error}
      />
      <datalist id="tags-in-use">
        {tags.map((tag) => (
          <option key={tag} value={tag}>
            {tag}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** null: not chosen yet. */
function targetIn(form: FormData): object | null {
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  switch (text('level')) {
    case 'client':
      return text('clientId') === '' ? null : { level: 'client', clientId: text('clientId') };
    case 'site':
      return text('siteId') === '' ? null : { level: 'site', siteId: text('siteId') };
    default:
      return text('tag') === ''
        ? null
        : { level: 'tag', tag: text('tag').toLowerCase(), clientId: text('clientId') || null };
  }
}
