/** A ticket of another system by its number; a link where its address is known. */
export function TicketLink({ reference, url }: { reference: string; url: string | null }) {
  const text = (
    <span className="inline-block max-w-[14ch] truncate align-bottom font-mono text-xs">{reference}</span>
  );
  if (url === null) return <span title={`Ticket ${reference}`}>{text}</span>;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer noopener"
      title={`Ticket ${reference}`}
      className="text-accent hover:underline"
    >
      {text}
    </a>
  );
}
