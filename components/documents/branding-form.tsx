'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { LOGO_BYTES_MAX } from '@/domain/report/document';
import { FormField } from '../forms/form-field';
import { FormProblem } from '../forms/form-problem';
import { type Refusal, sendJson } from '../forms/send-json';
import { SubmitButton } from '../forms/submit-button';
import { Button } from '../ui/button';
import { useNotify } from '../ui/toaster';

interface Props {
  name: string;
  colour: string;
  /** As a data address; null: none. */
  logo: string | null;
}

/** How documents look from now on. */
export function BrandingForm({ name, colour, logo }: Props) {
  const router = useRouter();
  const notify = useNotify();
  const [isBusy, setIsBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  /** A chosen file as a data address; null: no logo any more; undefined: it stays. */
  const [chosen, setChosen] = useState<string | null | undefined>();
  const shown = chosen === undefined ? logo : chosen;

  async function choose(file: File | undefined) {
    if (!file) return;
    if (file.type !== 'image/png' || file.size > LOGO_BYTES_MAX) {
      setRefusal({ status: 400, sentence: '', fields: { logo: 'Choose a PNG of at most 200 kB.' } });
      return;
    }
    setRefusal(null);
    setChosen(await dataAddress(file));
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setIsBusy(true);
    const form = new FormData(event.currentTarget);
    const sent = await sendJson('PUT', '/api/v1/branding', {
      name: form.get('name'),
      colour: form.get('colour'),
      ...(chosen !== undefined && { logo: chosen && chosen.slice(chosen.indexOf(',') + 1) }),
    });
    setIsBusy(false);
    setRefusal(sent.isOk ? null : sent.refusal);
    if (!sent.isOk) return;
    setChosen(undefined);
    notify({ text: 'Documents that are made from now on look so.' });
    router.refresh();
  }

  const wrong = refusal?.fields ?? {};
  return (
    <form method="post" onSubmit={(event) => void submit(event)} className="flex max-w-md flex-col gap-4">
      <FormProblem refusal={refusal} />
      <FormField
        label="Name"
        name="name"
        defaultValue={name}
        required
        maxLength={100}
        autoComplete="organization"
        error={wrong['name']}
      />
      <FormField
        label="Colour"
        help="Of your name on every page; dark enough to be read on white."
        name="colour"
        type="color"
        defaultValue={colour}
        error={wrong['colour']}
      />
      <div className="flex flex-col gap-1">
        <label htmlFor="logo" className="text-sm font-medium">
          Logo
        </label>
        <p id="logo-help" className="text-ink-3 text-xs">
          A PNG of at most 200 kB. It is made anew from its pixels: whatever else is in the file is left out.
        </p>
        <input
          id="logo"
          type="file"
          aria-label="Logo"
          accept="image/png"
          aria-describedby="logo-help logo-error"
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
          className="border-edge file:border-line-2 file:text-13 rounded-md border p-1 text-sm file:mr-3 file:rounded file:border file:px-2 file:py-0.5"
        />
        <p id="logo-error" className="text-bad text-xs">
          {wrong['logo']}
        </p>
        {shown && (
          <p className="flex items-center gap-3">
            <span
              title="The logo"
              className="border-line h-10 w-40 rounded border bg-white bg-contain bg-center bg-no-repeat"
              style={{ backgroundImage: `url("${shown}")` }}
            />
            <Button kind="quiet" onClick={() => setChosen(null)}>
              Remove the logo
            </Button>
          </p>
        )}
      </div>
      <div>
        <SubmitButton isBusy={isBusy}>Save</SubmitButton>
      </div>
    </form>
  );
}

function dataAddress(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(typeof reader.result === 'string' ? reader.result : ''));
    reader.addEventListener('error', () => reject(new Error('the file cannot be read')));
    reader.readAsDataURL(file);
  });
}
