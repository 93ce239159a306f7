/** The key that an authenticator app takes, to type or to open on the same device. */
export function AuthenticatorKey({ secret, uri }: { secret: string; uri: string }) {
  return (
    <section
      aria-labelledby="authenticator"
      className="border-line flex flex-col gap-2 rounded-md border p-3"
    >
      <h2 id="authenticator" className="text-sm font-semibold">
        Your authenticator app
      </h2>
      <p className="text-ink-2 text-sm">Add an account with this key, or open it on this device.</p>
      <code className="text-sm wrap-break-word select-all">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      <a href={uri} className="text-accent text-sm underline">
        Open in an authenticator app
      </a>
    </section>
  );
}
