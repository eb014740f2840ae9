"""Fields of requests whose errors tell what would be right."""

from typing import Any

from rest_framework import serializers


class Choice(serializers.ChoiceField):
    """One of a few words; the error names them."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            known = ", ".join(str(choice) for choice in self.choices)
            raise serializers.ValidationError(f"{str(data)[:100]!r} is none of {known}.") from None
