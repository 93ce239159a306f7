/** Our sign and name, with whose installation it is. */
export function Brand({ mspName }: { mspName?: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" className="flex-none">
        <rect width="24" height="24" rx="6" fill="var(--accent)" />
        <path
          d="M7.5 6v12M16.5 6v12M7.5 12h9"
          stroke="var(--accent-ink)"
          strokeWidth="2.4"
          strokeLinecap="round"
        />
      </svg>
      <span className="min-w-0 text-sm font-semibold tracking-tight">
        Holdfast
        {mspName && (
          <span className="text-ink-3 block truncate text-xs font-normal tracking-normal">{mspName}</span>
        )}
      </span>
    </span>
  );
}
