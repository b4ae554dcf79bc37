"""What a benchmark tells the server it starts, by the environment."""

from typing import Final

AT: Final = "FANGXIAN_BENCH_AT"
KEYS: Final = "FANGXIAN_BENCH_KEYS"
