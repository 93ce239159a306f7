import type { Metadata } from 'next';
import { Operation } from '@/components/api/operation';
import { type ApiDocument, operationsOf, sectionName } from '@/components/api/api-document';
import { Brand } from '@/components/shell/brand';
import { TextLink } from '@/components/ui/text-link';
import document from '@/contract/schema/openapi-v1.json';
import { API_SCOPE_WORDS, API_SCOPES } from '@/domain/access/api-scopes';
import { config } from '@/server/config';

export const metadata: Metadata = { title: 'API reference' };
// The address in the examples is that of the installation.
export const dynamic = 'force-dynamic';

/** Every request of the public API, for anybody. */
export default function ApiReferencePage() {
  const { appOrigin } = config();
  const groups = operationsOf(document as unknown as ApiDocument);
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-8 lg:px-6">
      <header>
        <Brand />
      </header>
      <div className="mt-4 gap-8 lg:flex">
        <nav aria-label="Sections" className="text-13 mb-4 lg:sticky lg:top-4 lg:h-fit lg:w-52 lg:shrink-0">
          <ul className="flex flex-wrap gap-x-3 lg:flex-col">
            {groups.map(({ tag, operations }) => (
              <li key={tag}>
                <TextLink href={`#${tag}`} className="inline-flex min-h-6 items-center">
                  {sectionName(tag)} <span className="text-ink-3 pl-1">{operations.length}</span>
                </TextLink>
              </li>
            ))}
          </ul>
        </nav>
        <main id="content" className="min-w-0 flex-1">
          <h1>API reference</h1>
          <Introduction origin={appOrigin} />
          {groups.map(({ tag, operations }) => (
            <section key={tag} id={tag} aria-labelledby={`${tag}-title`} className="mt-8 scroll-mt-4">
              <h2 id={`${tag}-title`}>{sectionName(tag)}</h2>
              <div className="border-line mt-2 divide-y rounded-md border">
                {operations.map((one) => (
                  <Operation key={one.operationId} operation={one} origin={appOrigin} />
                ))}
              </div>
            </section>
          ))}
        </main>
      </div>
    </div>
  );
}

function Introduction({ origin }: { origin: string }) {
  return (
    <div className="text-13 text-ink-2 mt-2 flex max-w-[80ch] flex-col gap-2">
      <p>
        A program does here what a person does on the screens. It comes with a key that somebody made under{' '}
        <TextLink href="/settings/api-keys" className="underline">
          API keys
        </TextLink>
        , acts as them within the key’s scopes and clients, and is named in the audit log. The description for
        machines is{' '}
        <TextLink href="/api/v1/openapi.json" prefetch={false} className="underline">
          openapi.json
        </TextLink>{' '}
        (OpenAPI 3.1).
      </p>
      <pre className="border-line bg-bg-2 rounded-md border p-2.5 font-mono text-xs break-all whitespace-pre-wrap">
        {`curl -H "Authorization: Bearer $HOLDFAST_KEY" ${origin}/api/v1/systems?status=non-compliant`}
      </pre>
      <ul className="list-disc pl-5">
        <li>
          <b>Lists</b> answer <code>{'{"data": […], "nextCursor": …}'}</code>: send it as <code>cursor</code>{' '}
          until it is null.
        </li>
        <li>
          <b>Refusals</b> are problem+json (RFC 9457): branch on <code>code</code>, show <code>detail</code>,
          mend <code>fields</code>.
        </li>
        <li>
          <b>Rates</b> stand in <code>RateLimit-Limit</code>, <code>-Remaining</code> and <code>-Reset</code>;
          after 429 wait for <code>Retry-After</code>.
        </li>
        <li>
          <b>Sent twice:</b> with an <code>Idempotency-Key</code> a POST does its work once within a day; sent
          again it gets the same answer.
        </li>
        <li>
          <b>Changed meanwhile:</b> what is read has an <code>ETag</code>. <code>If-None-Match</code> saves
          reading it again, <code>If-Match</code> refuses a change to what somebody else changed.
        </li>
        <li>
          <b>Events</b> come by signed webhooks: a notification channel of the kind “Signed webhook”, with
          rules that say what is told.
        </li>
      </ul>
      <table className="w-full text-left">
        <caption className="sr-only">Scopes</caption>
        <thead>
          <tr>
            <th className="pr-4 font-medium">Scope</th>
            <th className="font-medium">What a key may do by it</th>
          </tr>
        </thead>
        <tbody>
          {API_SCOPES.map((scope) => (
            <tr key={scope}>
              <td className="pr-4 font-mono text-xs">{scope}</td>
              <td>{API_SCOPE_WORDS[scope]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
