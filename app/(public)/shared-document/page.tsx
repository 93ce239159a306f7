import type { Metadata } from 'next';
import { connection } from 'next/server';
import { SharedDocument } from './shared-document';

export const metadata: Metadata = { title: 'A document for you' };

/** Where the link of a document leads that was sent. Its token stands behind the `#`, which browsers send to nobody. */
export default async function SharedDocumentPage() {
  await connection();
  return (
    <>
      <h1 className="text-xl font-semibold">A document for you</h1>
      <SharedDocument />
    </>
  );
}
