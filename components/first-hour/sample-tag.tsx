/** Beside the name of a client that is invented, where others are not. */
export function SampleTag() {
  return (
    <span className="bg-accent-bg text-accent ml-1.5 inline-block flex-none rounded px-1.5 align-middle text-xs font-medium">
      sample
    </span>
  );
}
