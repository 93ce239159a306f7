'use client';

import { useRouter } from 'next/navigation';

interface Props {
  clients: readonly { clientId: string; name: string }[];
  /** null: all of them. */
  clientId: string | null;
}

/** Goes from one client to another, or to all. */
export function ClientSwitcher({ clients, clientId }: Props) {
  const router = useRouter();
  return (
    <select
      key={clientId ?? ''}
      aria-label="Client"
      defaultValue={clientId ?? ''}
      onChange={({ currentTarget: { value } }) => router.push(value === '' ? '/' : `/clients/${value}`)}
      className="text-13 hover:bg-bg-3 -ml-1 h-8 max-w-[46vw] min-w-0 truncate rounded-md bg-transparent px-1 font-medium"
    >
      <option value="">All clients</option>
      {clients.map((client) => (
        <option key={client.clientId} value={client.clientId}>
          {client.name}
        </option>
      ))}
    </select>
  );
}
