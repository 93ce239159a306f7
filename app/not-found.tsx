import { Link } from '@/components/ui/link';

/** One page for what does not exist and for what belongs to somebody else. */
export default function NotFound() {
  return (
    <main id="content" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-4">
      <h1>There is nothing here.</h1>
      <p className="text-ink-2">
        The address is wrong, what it named is gone, or your account may not see it. Ask an owner or admin of
        your company if you expected something.
      </p>
      <p>
        <Link href="/" className="text-accent hover:underline">
          Go to the fleet
        </Link>
      </p>
    </main>
  );
}
