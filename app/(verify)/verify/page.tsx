import type { Metadata } from 'next';
import { connection } from 'next/server';
import { Brand } from '@/components/shell/brand';
import { config } from '@/server/config';
import { VerifyDrop } from './verify-drop';

export const metadata: Metadata = { title: 'Verify a document' };

/** Tells anybody whether a document is genuine and whole. The file stays in the browser. */
export default async function VerifyPage() {
  await connection();
  const certificates = (config().documentCertificates ?? []).map((der) =>
    Buffer.from(der).toString('base64'),
  );
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-2xl flex-col gap-5 px-4 py-10">
      <Brand />
      <div>
        <h1 className="text-xl font-semibold">Is this document genuine?</h1>
        <p className="text-ink-2 mt-1 text-sm">
          Choose a PDF or a bundle that was made here. It is looked at in your browser and sent to nobody.
        </p>
      </div>
      <VerifyDrop certificates={certificates} />
    </main>
  );
}
