'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { ClientField } from '../forms/client-field';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton, useIsReady } from '../forms/submit-button';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';
import { ColourCheck } from './colour-check';
import { DocumentPreview } from './document-preview';
import { MailPreview } from './mail-preview';
import { readLogo } from './read-logo';
import { useDocumentPreview } from './use-document-preview';

interface Props {
  name: string;
  colour: string;
  /** As a data address; null: none. */
  logo: string | null;
  clients: readonly { readonly clientId: string; readonly name: string }[];
  /** The last one that ended, which a preview shows. YYYY-MM. */
  month: string;
}

/** How documents and the mails with them look from now on, seen before it is saved. */
export function BrandingForm({ logo, clients, month, ...given }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const isReady = useIsReady();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [name, setName] = useState(given.name);
  const [colour, setColour] = useState(given.colour);
  /** A chosen file as a data address; null: no logo any more; undefined: it stays. */
  const [chosen, setChosen] = useState<string | null | undefined>();
  const [logoProblem, setLogoProblem] = useState<string | null>(null);
  const [clientId, setClientId] = useState(clients[0]?.clientId ?? '');
  const [asked, setAsked] = useState('');
  const preview = useDocumentPreview();
  const shownLogo = chosen === undefined ? logo : chosen;
  const brand = {
    name,
    colour,
    ...(chosen !== undefined && { logo: chosen && chosen.slice(chosen.indexOf(',') + 1) }),
  };
  const subject = { clientId, request: { kind: 'executive-report', month }, brand };

  async function choose(file: File | undefined) {
    if (!file) return;
    const read = await readLogo(file);
    setLogoProblem('problem' in read ? read.problem : null);
    if ('logo' in read) setChosen(read.logo);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const sent = await sendJson('PUT', '/api/v1/branding', brand);
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setChosen(undefined);
    notify({ text: 'Documents that are made from now on look so.' });
    router.refresh();
  }

  const wrong = (refusal ?? preview.refusal)?.fields ?? {};
  const logoError = logoProblem ?? wrong['logo'] ?? wrong['brand.logo'];
  return (
    <div className="grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <FormProblem refusal={refusal} />
        <FormField
          label="Name"
          name="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          maxLength={100}
          autoComplete="organization"
          error={wrong['name'] ?? wrong['brand.name']}
        />
        <FormField
          label="Colour"
          help="Of your name on every page and mail, and of the button in mails."
          name="colour"
          type="color"
          value={colour}
          onChange={(event) => setColour(event.currentTarget.value)}
          error={wrong['colour']}
        />
        <ColourCheck colour={colour} onUse={setColour} />
        <div className="flex flex-col gap-1">
          <label htmlFor="logo" className="text-sm font-medium">
            Logo
          </label>
          <p id="logo-help" className="text-ink-3 text-xs">
            A PNG of at most 200 kB. It is made anew from its pixels: whatever else is in the file is left
            out.
          </p>
          <input
            id="logo"
            type="file"
            aria-label="Logo"
            accept="image/png"
            aria-invalid={logoError ? true : undefined}
            aria-describedby="logo-help logo-error"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
            className="border-edge file:border-line-2 file:text-13 aria-invalid:border-bad rounded-md border p-1 text-sm file:mr-3 file:rounded file:border file:px-2 file:py-0.5"
          />
          <p id="logo-error" role={logoError ? 'alert' : undefined} className="text-bad text-xs">
            {logoError}
          </p>
          {shownLogo && (
            <p className="flex items-center gap-3">
              <span
                title="The logo"
                className="border-line h-10 w-40 rounded border bg-[#fff] bg-contain bg-center bg-no-repeat"
                style={{ backgroundImage: `url("${shownLogo}")` }}
              />
              <Button
                kind="quiet"
                onClick={() => {
                  setChosen(null);
                  setLogoProblem(null);
                }}
              >
                Remove the logo
              </Button>
            </p>
          )}
        </div>
        <div>
          <SubmitButton isBusy={isBusy}>Save</SubmitButton>
        </div>
      </form>
      {clients.length === 0 ? (
        <p className="text-13 text-ink-2">
          Once there is a client, a mail and a page are shown here before you save.
        </p>
      ) : (
        <div className="flex min-w-0 flex-col gap-6">
          <ClientField
            clients={clients}
            label="Shown with the report of"
            name="shownClientId"
            value={clientId}
            onChange={(event) => setClientId(event.currentTarget.value)}
          />
          <MailPreview clientId={clientId} name={name} colour={colour} />
          <section aria-labelledby="page-title" className="flex flex-col gap-2">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h2 id="page-title">The first page of a report</h2>
              <Button
                disabled={!isReady || name.trim() === '' || preview.shown.state === 'making'}
                onClick={() => {
                  setAsked(JSON.stringify(subject));
                  void preview.ask(subject);
                }}
              >
                Show the first page
              </Button>
            </div>
            <DocumentPreview
              shown={preview.shown}
              isOld={asked !== JSON.stringify(subject)}
              hint="With this look, saved or not, and this client’s own figures."
              isFirstPageOnly
            />
          </section>
        </div>
      )}
    </div>
  );
}
