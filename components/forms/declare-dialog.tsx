'use client';

import { PenLine, RotateCw } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/form-dialog';
import { useNotify } from '../ui/toaster';
import {
  type DeclarableSubject,
  type DeclarableSite,
  declarationOf,
  fieldText,
  valueProblem,
} from './declaration-form';
import { DeclaredValueFields } from './declared-value-fields';
import { type Refusal, sendJson } from './send-json';
import { SelectField } from './select-field';
import { SubmitButton } from './submit-button';
import { TextAreaField } from './text-area-field';

interface Props {
  clientId: string;
  subjects: readonly DeclarableSubject[];
  sites: readonly DeclarableSite[];
  timeZone: string;
  /** What is to be signed off, filled in as it was before; left out: anything is declared. */
  renewed?: RenewedDeclaration;
}

/** An attestation that somebody gives. `value` null: nobody gave it yet. */
interface RenewedDeclaration {
  readonly attribute: DeclaredAttributeName;
  readonly value: unknown;
}

const ATTRIBUTES = {
  site: 'where it stands',
  media: 'what it is stored on',
  'failure-domain': 'what it fails together with',
  immutability: 'that it cannot be changed',
  'taken-out': 'that it was carried away',
  'brought-back': 'that it was brought back',
  off: 'that it is switched off for a while',
  access: 'who can reach and delete it',
  'key-custody': 'where its key is kept',
} as const;
export type DeclaredAttributeName = keyof typeof ATTRIBUTES;
const OF_A_SYSTEM: readonly DeclaredAttributeName[] = ['site', 'media', 'failure-domain', 'off'];

const OF_A_REPOSITORY = (Object.keys(ATTRIBUTES) as DeclaredAttributeName[]).filter((name) => name !== 'off');

/** Says what no tool reports: who said it, why, and until when, stand beside it wherever it counts. */
export function DeclareDialog({ clientId, subjects, sites, timeZone, renewed }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isOpen, setIsOpen] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [subjectId, setSubjectId] = useState(subjects[0]?.id ?? '');
  const [attribute, setAttribute] = useState<DeclaredAttributeName>(renewed?.attribute ?? 'site');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const subject = subjects.find((one) => one.id === subjectId) ?? subjects[0];
  if (!subject) return null;
  const attributes = subject.kind === 'system' ? OF_A_SYSTEM : OF_A_REPOSITORY;
  const chosen = attributes.includes(attribute) ? attribute : 'site';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (!subject) return;
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const sent = await send(form, subject);
    setIsBusy(false);
    if (!sent.isOk) {
      setRefusal(sent.refusal);
      return;
    }
    setIsOpen(false);
    setRefusal(null);
    const { declarationId } = sent.answer;
    notify({
      text: `Declared of ${subject.name}.`,
      undo: () => {
        void sendJson('DELETE', `/api/v1/declarations/${declarationId}`).then(() => router.refresh());
      },
    });
    router.refresh();
  }

  async function send(form: FormData, about: DeclarableSubject) {
    const siteId = form.get('site') === 'new' ? await addSite(form) : null;
    if (siteId && !siteId.isOk) return siteId;
    const body = declarationOf(form, about, chosen, siteId?.answer.siteId ?? null);
    return sendJson<{ declarationId: string }>('POST', '/api/v1/declarations', body);
  }

  function addSite(form: FormData) {
    const number = (name: string): number | null =>
      fieldText(form, name) === '' ? null : Number(fieldText(form, name));
    return sendJson<{ siteId: string }>('POST', `/api/v1/clients/${clientId}/sites`, {
      name: fieldText(form, 'siteName'),
      ownerKind: fieldText(form, 'siteOwner'),
      timeZone,
      country: fieldText(form, 'siteCountry').toUpperCase() || null,
      latitude: number('siteLatitude'),
      longitude: number('siteLongitude'),
    });
  }

  return (
    <FormDialog
      title="Declare what no tool reports"
      description="Your name, the reason and the date stand beside it wherever it counts, on screens and in evidence."
      trigger={
        renewed ? (
          <Button
            kind={renewed.value === null ? 'plain' : 'quiet'}
            aria-label={`${renewed.value === null ? 'Attest' : 'Renew'}: ${subject.name}, ${ATTRIBUTES[renewed.attribute]}`}
          >
            <RotateCw size={13} aria-hidden="true" /> {renewed.value === null ? 'Attest' : 'Renew'}
          </Button>
        ) : (
          <Button>
            <PenLine size={14} aria-hidden="true" /> Declare
          </Button>
        )
      }
      isOpen={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setRefusal(null);
      }}
    >
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5">
        {refusal && (
          <p role="alert" className="bg-bad-bg text-bad rounded-md px-3 py-2 text-sm">
            {refusal.sentence}
          </p>
        )}
        <SelectField
          label="Of"
          name="subject"
          value={subject.id}
          onChange={(event) => setSubjectId(event.currentTarget.value)}
        >
          {subjects.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({one.kind})
            </option>
          ))}
        </SelectField>
        <SelectField
          label="I declare"
          name="attribute"
          value={chosen}
          onChange={(event) => setAttribute(event.currentTarget.value as DeclaredAttributeName)}
        >
          {attributes.map((name) => (
            <option key={name} value={name}>
              {ATTRIBUTES[name]}
            </option>
          ))}
        </SelectField>
        <DeclaredValueFields
          attribute={chosen}
          sites={sites}
          problem={valueProblem(refusal)}
          before={chosen === renewed?.attribute ? renewed.value : null}
        />
        <TextAreaField
          label={chosen === 'off' ? 'Why is it off?' : 'How do you know?'}
          help={
            chosen === 'off'
              ? 'For example: the office is closed, or the laptop is with its maker.'
              : 'For example: seen on site on 12 May, or contract 2026-17 with the data centre.'
          }
          name="reason"
          required
          maxLength={2000}
          error={refusal?.fields['reason']}
        />
        {chosen !== 'off' && (
          <SelectField
            label="It holds"
            help="When it ends, it no longer counts, and a finding asks for it anew."
            name="validity"
            defaultValue="365"
            error={refusal?.fields['validUntil']}
          >
            <option value="30">for 30 days</option>
            <option value="90">for 90 days</option>
            <option value="365">for a year</option>
            <option value="">until it is withdrawn</option>
          </SelectField>
        )}
        <div className="flex justify-end">
          <SubmitButton isBusy={isBusy}>Declare</SubmitButton>
        </div>
      </form>
    </FormDialog>
  );
}
