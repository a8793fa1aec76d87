"""BERT and MPNet as a training step likes them: bfloat16 weights, one product for query, key and value, two heads.

The weights are read from and written to the hub's names, so that what is trained here loads with transformers and exports as
before. On a CPU this is a quarter faster than transformers' eager model under autocast: no weight is cast at a step, and the
relative positions of MPNet are computed once for each length.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from graph import Names, relative_bucket
from torch import Tensor, nn


class Layer(nn.Module):
    """One block: attention and the two products after it."""

    def __init__(self, width: int, inner: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.out_norm = nn.LayerNorm(width, epsilon)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.down_norm = nn.LayerNorm(width, epsilon)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, tokens, width = x.shape
        query, key, value = self.qkv(x).view(rows, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) / math.sqrt(width // self.heads) + bias
        context = (scores.softmax(-1) @ value).transpose(1, 2).reshape(rows, tokens, width)
        x = self.out_norm(x + self.out(context))
        return self.down_norm(x + self.down(F.gelu(self.up(x))))


class Head(nn.Module):
    """The first token's state -> three logits."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, 3)

    def forward(self, first: Tensor) -> Tensor:
        return self.out_proj(torch.tanh(self.dense(first)))


class Encoder(nn.Module):
    """An encoder with a head for NLI and one for the stance.

    Args:
        config: The model's config.json.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.config, self.names = config, Names(config)
        width, epsilon = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], width)
        self.positions = nn.Embedding(config["max_position_embeddings"], width)
        self.types = None if self.names.mpnet else nn.Embedding(config["type_vocab_size"], width)
        self.norm = nn.LayerNorm(width, epsilon)
        self.relative = (
            nn.Embedding(config["relative_attention_num_buckets"], config["num_attention_heads"]) if self.names.mpnet else None
        )
        self.layers = nn.ModuleList(
            Layer(width, config["intermediate_size"], config["num_attention_heads"], epsilon)
            for _ in range(config["num_hidden_layers"])
        )
        self.nli, self.stance = Head(width), Head(width)
        self.bias_of: dict[int, Tensor] = {}  # by length: the relative positions are not trained

    def hidden(self, ids: Tensor, mask: Tensor, types: Tensor | None) -> Tensor:
        """Last hidden states. Shape: (rows, tokens, width)."""
        tokens = ids.shape[1]
        first = self.config["pad_token_id"] + 1 if self.names.mpnet else 0
        x = self.words(ids) + self.positions.weight[first : first + tokens]
        if self.types is not None and types is not None:
            x = x + self.types(types)
        x = self.norm(x)
        bias = ((1 - mask) * -1e9)[:, None, None, :].to(x.dtype) + self.position_bias(tokens)
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None) -> tuple[Tensor, Tensor]:
        """Logits of NLI and of the stance. Shape of each: (rows, 3)."""
        first = self.hidden(ids, mask, types)[:, 0]
        return self.nli(first), self.stance(first)

    def embedding(self, ids: Tensor, mask: Tensor, types: Tensor | None) -> Tensor:
        """Unit-length means of the unpadded tokens' states, in float32. Shape: (rows, width)."""
        hidden, weights = self.hidden(ids, mask, types).float(), mask[..., None].float()
        return F.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)

    @torch.no_grad()
    def position_bias(self, tokens: int) -> Tensor:
        """What the distance of two tokens adds to their score. Shape: (1, heads or 1, tokens, tokens)."""
        if tokens not in self.bias_of:
            words = self.words.weight
            if self.relative is None:
                self.bias_of[tokens] = torch.zeros(1, 1, 1, 1, dtype=words.dtype, device=words.device)
            else:
                buckets = self.config["relative_attention_num_buckets"]
                distances = range(-tokens, tokens + 1)
                table = torch.tensor([relative_bucket(d, buckets) for d in distances], device=words.device)
                at = torch.arange(tokens, device=words.device)
                self.bias_of[tokens] = self.relative(table[at[None, :] - at[:, None] + tokens]).permute(2, 0, 1)[None]
        return self.bias_of[tokens]

    def hub_names(self) -> dict[str, str]:
        """Our name -> the hub's, of everything but query, key and value, which the hub keeps apart."""
        e, layer = self.names.embeddings, self.names.layer
        names = {
            "words": f"{e}.word_embeddings",
            "positions": f"{e}.position_embeddings",
            "types": f"{e}.token_type_embeddings",
            "norm": f"{e}.LayerNorm",
            "relative": "mpnet.encoder.relative_attention_bias",
            "nli.dense": self.names.head[0],
            "nli.out_proj": self.names.head[1],
            "stance.dense": "stance_classifier.dense",
            "stance.out_proj": "stance_classifier.out_proj",
        }
        for n in range(self.config["num_hidden_layers"]):
            names |= {
                f"layers.{n}.out": f"{layer}.{n}.{self.names.out}",
                f"layers.{n}.out_norm": f"{layer}.{n}.{self.names.out_norm}",
                f"layers.{n}.up": f"{layer}.{n}.intermediate.dense",
                f"layers.{n}.down": f"{layer}.{n}.output.dense",
                f"layers.{n}.down_norm": f"{layer}.{n}.output.LayerNorm",
            }
        return names

    def to_hub(self) -> dict[str, Tensor]:
        """The weights by the hub's names, in float32."""
        names, out = self.hub_names(), {}
        for key, value in self.state_dict().items():
            module, part = key.rsplit(".", 1)
            if module.endswith("qkv"):
                at = f"{self.names.layer}.{module.split('.')[1]}"
                for name, piece in zip(self.names.qkv, value.float().chunk(3), strict=True):
                    out[f"{at}.{name}.{part}"] = piece.contiguous()
            else:
                out[f"{names[module]}.{part}"] = value.float().contiguous()
        return out

    def from_hub(self, weights: dict[str, Tensor]) -> None:
        """Takes the weights by the hub's names; a head that is not among them starts as the other, or at random.

        Args:
            weights: An encoder's or a classifier's tensors, with or without the prefix 'bert.' or 'mpnet.'.
        """
        root = self.names.embeddings.split(".")[0] + "."
        known = {k if k.startswith((root, "classifier", "stance_classifier")) else root + k: v for k, v in weights.items()}
        own = self.to_hub()
        for part in ("weight", "bias"):
            for piece, (nli, stance) in {
                "dense": (self.names.head[0], "stance_classifier.dense"),
                "out": (self.names.head[1], "stance_classifier.out_proj"),
            }.items():
                if f"{nli}.{part}" in known and f"{stance}.{part}" not in known:
                    value = known[f"{nli}.{part}"]
                    known[f"{stance}.{part}"] = value[[0, 2, 1]] if piece == "out" else value.clone()
        missing = [k for k in own if k not in known and "classifier" not in k and "pooler" not in k]
        if missing:
            raise SystemExit(f"the base lacks these weights: {missing[:5]}")
        state = {}
        names = self.hub_names()
        for key in self.state_dict():
            module, part = key.rsplit(".", 1)
            if module.endswith("qkv"):
                at = f"{self.names.layer}.{module.split('.')[1]}"
                state[key] = torch.cat([known[f"{at}.{name}.{part}"] for name in self.names.qkv])
            else:
                state[key] = known.get(f"{names[module]}.{part}", own[f"{names[module]}.{part}"])
        self.load_state_dict(state)
