import { type PointerEvent as Press, type RefObject, useEffect, useRef, useState } from "react";
import type { End } from "./drawing";
import type { Point } from "./geometry";

/** A vertex, or an end of the line. */
export type Grip = { vertex: number } | { end: End };

interface Held {
  grip: Grip;
  /** from the pointer to what it holds, so that nothing jumps when it is grasped */
  offset: Point;
}

/** Moves what was grasped until the button is released, wherever the pointer is. */
export function useHold(svg: RefObject<SVGSVGElement | null>, onMove: (grip: Grip, to: Point) => void) {
  const [held, setHeld] = useState<Held | null>(null);
  const move = useRef(onMove);
  move.current = onMove;
  useEffect(() => {
    if (!held) {
      return undefined;
    }
    const follow = (event: PointerEvent) => {
      const [x, y] = placeOf(svg.current, event);
      move.current(held.grip, [x + held.offset[0], y + held.offset[1]]);
    };
    const release = () => setHeld(null);
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
    return () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
    };
  }, [held, svg]);
  const grasp = (event: Press, grip: Grip, [x, y]: Point) => {
    const [left, top] = placeOf(svg.current, event);
    setHeld({ grip, offset: [x - left, y - top] });
  };
  return { held: held?.grip ?? null, grasp };
}

/** Where a pointer is, in 0..1 of the element; more or less outside of it. */
export function placeOf(element: Element | null, { clientX, clientY }: { clientX: number; clientY: number }): Point {
  const place = element?.getBoundingClientRect();
  return place?.width && place.height ? [(clientX - place.left) / place.width, (clientY - place.top) / place.height] : [0, 0];
}
