/** The hard hat. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M5 20a11 11 0 0 1 22 0z" fill="currentColor" />
      <path d="M13.6 7.4a2.4 2.4 0 0 1 4.8 0V14h-4.8z" fill="currentColor" stroke="var(--ground)" strokeWidth="1.2" />
      <rect x="2.5" y="20.8" width="27" height="3.8" rx="1.9" fill="currentColor" />
    </svg>
  );
}
