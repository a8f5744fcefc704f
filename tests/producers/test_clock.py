"""Capture times: the server's, smooth, never backwards."""

import pytest

from producers.clock import LEAST_STEP_US, MOST_DRIFT_US, CaptureClock, ServerClock

T0 = 1_800_000_000_000_000
FRAME = 40_000


def test_packets_that_come_in_time_keep_the_spacing_of_the_stream() -> None:
    clock = CaptureClock()
    jitter = [0, 3_000, 9_000, 1_000, 20_000, 0]
    captured = [clock.stamp(i * FRAME, i * FRAME, T0 + i * FRAME + j)[0] for i, j in enumerate(jitter)]
    assert captured == [T0 + i * FRAME for i in range(6)]


def test_a_packet_is_never_captured_after_it_was_received() -> None:
    clock = CaptureClock()
    clock.stamp(0, 0, T0)
    captured, _ = clock.stamp(2_000_000, 2_000_000, T0 + 1_000_000)
    assert captured == T0 + 1_000_000


def test_a_stream_that_falls_behind_by_half_a_second_is_anchored_anew() -> None:
    clock = CaptureClock()
    clock.stamp(0, 0, T0)
    received = T0 + FRAME + MOST_DRIFT_US + 1
    assert clock.stamp(FRAME, FRAME, received)[0] == received


@pytest.mark.parametrize("jump_us", [-60_000_000, -500_000, -(2**33 * 100 // 9), 3_600_000_000])
def test_a_jump_of_the_streams_own_times_moves_no_capture_time(jump_us: int) -> None:
    clock = CaptureClock()
    for i in range(5):
        clock.stamp(i * FRAME, i * FRAME, T0 + i * FRAME)
    captured, _ = clock.stamp(5 * FRAME + jump_us, 5 * FRAME + jump_us, T0 + 5 * FRAME)
    assert captured == T0 + 5 * FRAME


def test_decoding_times_always_increase_even_when_the_stream_repeats_them() -> None:
    clock = CaptureClock()
    times = [clock.stamp(0, 0, T0)[1] for _ in range(4)]
    assert times == [T0 + i * LEAST_STEP_US for i in range(4)]


def test_b_frames_are_captured_before_the_frame_that_came_ahead_of_them() -> None:
    clock = CaptureClock()
    order = [(0, -2), (3, -1), (1, 0), (2, 1), (6, 2), (4, 3), (5, 4)]
    captured = [clock.stamp(pts * FRAME, dts * FRAME, T0 + max(pts, 0) * FRAME)[0] for pts, dts in order]
    assert captured == [T0 + pts * FRAME for pts, _ in order]


def test_a_new_connection_starts_from_its_own_receipt() -> None:
    clock = CaptureClock()
    clock.stamp(0, 0, T0)
    clock.restart()
    assert clock.due_us(7) is None
    assert clock.stamp(99_000_000, 99_000_000, T0 + 5_000_000)[0] == T0 + 5_000_000


def test_the_servers_clock_follows_a_step_forward_and_ignores_a_step_back() -> None:
    wall, steady = [T0 * 1000], [0]
    clock = ServerClock(lambda: wall[0], lambda: steady[0])
    assert clock.now_us() == T0
    wall[0] += 3_600 * 10**9
    assert clock.now_us() == T0 + 3_600 * 10**6
    wall[0] -= 7_200 * 10**9
    steady[0] += 10**9
    assert clock.now_us() == T0 + 3_601 * 10**6
